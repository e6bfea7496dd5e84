"""Make the private places of one run, and take them away.

`own_disk`: a tmpfs with a size and an inode limit in a mount namespace of the supervisor's own, so
that it vanishes with it. As root the read-only sources are bound there too, because the uid that
the sandbox gets may not be able to walk to them (a home of mode 0700).
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from . import kernel, launch, space


def prepare(order: dict[str, Any]) -> None:
    """Mount, make folders, copy inputs, make links, hand over to the sandbox's user."""
    disk = order["disk"]
    if order["own_disk"]:
        _own_mounts()
        size = f"size={order['limits']['disk_mb']}m,nr_inodes={order['limits']['inodes']},mode=0711"
        kernel.mount("tmpfs", disk, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, size)
    for source, name in order["staged"]:
        _bind(source, os.path.join(disk, name))  # noqa: PTH118
    for source, target in order["copied"]:
        shutil.copytree(source, target, dirs_exist_ok=True)
    for folder in order["writable"]:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
    for path, text in order["files"]:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(path, "w", encoding="utf-8") as stream:  # noqa: PTH123
            stream.write(text)
    for path, target in order["links"]:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        os.symlink(target, path)  # noqa: PTH211
    _hand_over(order)


def _own_mounts() -> None:
    """A mount namespace; as an ordinary user with a user namespace around it that maps only us."""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        kernel.unshare(kernel.CLONE_NEWNS)
    else:
        kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as stream:  # noqa: PTH123
                stream.write(text)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):  # noqa: PTH112
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        with open(target, "wb"):  # noqa: PTH123
            pass
    kernel.mount(source, target, "", kernel.MS_BIND | kernel.MS_REC)


def _hand_over(order: dict[str, Any]) -> None:
    """Give the writable folders, and the links in them, to the sandbox's uid."""
    uid = order["uid"]
    if uid is None:
        return
    for folder in order["writable"]:
        os.chown(folder, uid, uid)
        for here, folders, files in os.walk(folder):
            for name in folders + files:
                os.chown(os.path.join(here, name), uid, uid, follow_symlinks=False)  # noqa: PTH118


def begin(
    order: dict[str, Any], console: int, status: int, first: Callable[[], object] | None = None
) -> NoReturn:
    """What the child does that becomes the submission, or bubblewrap around it.
    first: called before anything of the submission's. What went wrong stands on the status pipe."""
    try:
        launch.attach(console)
        launch.go_first()
        os.set_inheritable(status, True)
        if first is not None:
            first()
        policy = {**order["policy"], "status_fd": status}
        if order["command"]:
            _execute(order, policy)
        launch.become(policy)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        launch.confess(status, problem)
    finally:
        os._exit(launch.EXIT_NOT_STARTED)


def _execute(order: dict[str, Any], policy: dict[str, Any]) -> NoReturn:
    """Become the command that builds the sandbox (bubblewrap) as the sandbox's uid."""
    policy_fd = readable(json.dumps(policy).encode())
    filter_fd = readable(bytes.fromhex(order["filter"]))
    for descriptor in (policy_fd, filter_fd):
        os.set_inheritable(descriptor, True)
    words = {"{policy_fd}": str(policy_fd), "{filter_fd}": str(filter_fd)}
    command = [words.get(word, word) for word in order["command"]]
    if order["uid"] is not None:
        launch.change_user(order["uid"])
    os.execve(command[0], command, {"PATH": "/usr/bin:/bin"})  # noqa: S606


def readable(content: bytes) -> int:
    descriptor = os.memfd_create("order")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def clear(order: dict[str, Any]) -> None:
    """Take away everything that was made, whatever state it is in."""
    if order["own_disk"]:
        with suppress(OSError):
            kernel.unmount(order["disk"])
        if os.path.ismount(order["disk"]):
            return  # the host's own sources may be bound in there; the host clears up after us
    space.remove(order["scratch"])
