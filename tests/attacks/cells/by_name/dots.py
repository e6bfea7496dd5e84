"""Goes up and around with `..`, and writes the delivered name in places outside of the run."""

import contextlib
import os

for path in (
    "../" * 12 + "etc/" + NAME,
    "/etc/" + NAME,
    "/usr/" + NAME,
    "/proc/self/" + NAME,
    "/sys/" + NAME,
    PRIVATE + "/more/" + NAME,
    "data/../../private/" + NAME,
    "data/" + NAME + "/../../private/evidence.json",
    NAME + "/../../evidence.json",
    "a/" + NAME + "/",
    "a/" + NAME + "/.",
    "../in/more/" + NAME,
    os.environ["GRADER_DATA"] + "/more/" + NAME,
    os.environ["GRADER_IN"] + "/" + NAME,
):
    with contextlib.suppress(OSError):
        with open(path) as file:
            assert file.read() == "for students", path
        assert not os.path.realpath(path).startswith(("/etc", "/usr", "/proc")), path
assert not os.path.lexists("/etc/" + NAME)
assert not os.path.lexists("/usr/" + NAME)
assert not os.path.exists("data/more")
