"""Asks for what is hardly a name: nothing but what Python itself raises, and nothing is found."""

import os
import pathlib


class Changing(str):
    """Another text each time that it is looked at."""

    def __str__(self):
        return PRIVATE + "/evidence.json"

    def rpartition(self, *_):
        return "", "", NAME


class Leading:
    """One path for the hook, another for Python."""

    def __init__(self):
        self.asked = 0

    def __fspath__(self):
        self.asked += 1
        return "led/" + NAME if self.asked == 1 else PRIVATE + "/evidence.json"


class Raising:
    def __fspath__(self):
        raise KeyError("no path")


for name in (
    "a/" * 3000 + NAME,
    "x" * 300 + "/" + NAME,
    "b" * 10_000,
    NAME + "\0",
    "\0/" + NAME,
    "\udcff/\ud800" + NAME,
    NAME + " ",
    NAME + ".",
    NAME + "\n",
    NAME.replace("o", "о"),
    Changing("nowhere"),
    Leading(),
    Raising(),
    10_000,
    -1,
    None,
    ["x"],
    b"\xff/" + b"none",
):
    for ask in (open, os.stat, os.path.exists, lambda name: pathlib.Path(name).is_file()):
        try:
            got = ask(name)
        except (OSError, ValueError, TypeError, KeyError):
            continue
        if hasattr(got, "read"):
            with got:
                assert SECRET not in got.read(), name
