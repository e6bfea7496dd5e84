"""Run a command as an ordinary user, when we are root: `python ordinary_user.py UID COMMAND…`.

The interpreter and the repository may lie behind a folder of mode 0700 (a home of root's). In a
mount namespace of our own such a folder gets an open stand-in that holds just what is needed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from grader.sandbox.guard import kernel
from grader.sandbox.machine.reach import reachable
from grader.sandbox.machine.runtime import prefixes

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    uid, command = int(sys.argv[1]), sys.argv[2:]
    needed = [*prefixes(), *prefixes().values(), REPOSITORY]
    open_up([path for path in dict.fromkeys(needed) if not reachable(path)])
    home = tempfile.mkdtemp(prefix="home-")
    os.chown(home, uid, uid)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    environment = {**os.environ, "HOME": home, "USER": "ordinary", "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(command[0], command, environment)  # noqa: S606


def open_up(closed: list[Path]) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    aside = {path: tempfile.mkdtemp(prefix="aside-") for path in closed}
    for path, place in aside.items():
        kernel.mount(str(path), place, "", kernel.MS_BIND | kernel.MS_REC)
    tops = {next(p for p in [*reversed(path.parents), path] if not reachable(p)) for path in closed}
    for top in tops:
        kernel.mount("tmpfs", str(top), "tmpfs", 0, "mode=0755")
    for path, place in aside.items():
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(place, str(path), "", kernel.MS_BIND | kernel.MS_REC)


if __name__ == "__main__":
    main()
