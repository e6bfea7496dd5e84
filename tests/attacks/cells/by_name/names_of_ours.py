"""Asks for names that are not delivered, ours among them, where they are and where they are not."""

import os

for name in OURS:
    folders = [
        "",
        "../",
        "data/",
        "in/",
        "../in/",
        "../private/",
        "/grader/",
        PRIVATE + "/",
        "/etc/",
    ]
    for folder in folders if name != NAME else [PRIVATE + "/", "/etc/"]:
        try:
            with open(folder + name) as file:
                assert SECRET not in file.read(), folder + name
            assert name == NAME, folder + name
        except OSError:
            pass
for name in ("settings.json", "kernel.json", "passwd", "x" + NAME, NAME + "x", NAME.upper(), ""):
    assert not os.path.exists("nowhere/" + name) or name == "", name
