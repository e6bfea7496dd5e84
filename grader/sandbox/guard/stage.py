"""Make the private places of one run, and take them away.

`own_disk`: a tmpfs with a size and an inode limit in a mount namespace of the supervisor's own, so
that it vanishes with it. As root the read-only sources are bound there too, because the uid that
the sandbox gets may not be able to walk to them (a home of mode 0700).
"""

from __future__ import annotations

import marshal
import os

from . import kernel, launch, space
from .quiet import suppress

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn


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
        _copy(source, target)
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


def _copy(source: str, target: str) -> None:
    import shutil  # noqa: PLC0415 - 8 ms, and only one tier copies

    if os.path.isdir(source):  # noqa: PTH112
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        shutil.copyfile(source, target)


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

    first: called before anything of the submission's. What went wrong stands on the status pipe.
    """
    try:
        launch.attach(console)
        launch.go_first()
        os.set_inheritable(status, True)
        if first is not None:
            first()
        policy = {**order["policy"], "status_fd": status}
        if order["command"]:
            execute(order, policy)
        launch.become(policy)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        launch.confess(status, problem)
    finally:
        os._exit(launch.EXIT_NOT_STARTED)


def execute(order: dict[str, Any], policy: dict[str, Any]) -> NoReturn:
    """Become the command that builds the sandbox (bubblewrap) as the sandbox's uid."""
    policy_fd = _readable(marshal.dumps({**policy, "uid": None}))
    filter_fd = _readable(order["filter"])
    words = {"{policy_fd}": str(policy_fd), "{filter_fd}": str(filter_fd)}
    command = [words.get(word, word) for word in order["command"]]
    if order["uid"] is not None:
        os.setgroups([])
        os.setresgid(order["uid"], order["uid"], order["uid"])
        os.setresuid(order["uid"], order["uid"], order["uid"])
    os.execve(command[0], command, {"PATH": "/usr/bin:/bin"})  # noqa: S606


def _readable(content: bytes) -> int:
    """A descriptor that survives exec and gives `content`."""
    place = os.memfd_create("order", 0)
    os.write(place, content)
    os.lseek(place, 0, os.SEEK_SET)
    return place


def seal(order: dict[str, Any]) -> bool:
    """Close the run's own disk for writing, to everybody and for good.

    False where it has none, or where a file on it is still open for writing, or mapped so, or open
    and without a name: the kernel refuses then (mount(2), EBUSY).
    """
    if not order["own_disk"]:
        return False
    flags = kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    try:
        kernel.mount("", order["disk"], "", flags)
    except OSError:
        return False
    return True


def clear(order: dict[str, Any]) -> None:
    """Take away everything that was made, whatever state it is in."""
    if order["own_disk"]:
        with suppress(OSError):
            kernel.unmount(order["disk"])
        if os.path.ismount(order["disk"]):
            return  # the host's own sources may be bound in there; the host clears up after us
    space.remove(order["scratch"])
