"""Puts links of the delivered name, and folders that are links, in the way."""

import os

os.makedirs("links")
for number, goal in enumerate(
    [PRIVATE + "/evidence.json", "/etc/shadow", "/nowhere", "links", "/etc"]
):
    folder = f"links/{number}"
    os.makedirs(folder)
    link = f"{folder}/{NAME}"
    os.symlink(goal, link)
    try:
        with open(link) as file:
            assert SECRET not in file.read()
        raise AssertionError(link)
    except OSError:
        pass
    assert os.readlink(link) == goal, "it is the notebook's own"
for number, goal in enumerate(["/etc", PRIVATE, "/proc/self", os.environ["GRADER_IN"], "data"]):
    folder = f"links/to{number}"
    os.symlink(goal, folder)
    try:
        with open(f"{folder}/{NAME}") as file:
            assert file.read() == "for students"
    except OSError:
        pass
assert not os.path.lexists("/etc/" + NAME)
os.symlink("again", "links/again")
assert not os.path.exists("links/again/" + NAME)
