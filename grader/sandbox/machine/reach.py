"""Where the sandbox's own user can read what it needs (landlock tier as root).

Nothing can be mounted there, and a home of mode 0700 is closed to another uid: what lies behind it
is copied once per process to a folder that others may read, or given a second name there.
"""

import atexit
import os
import shutil
import stat
import sys
import sysconfig
import tempfile
import threading
from functools import cached_property, lru_cache
from pathlib import Path

from grader.records import SandboxError, make_scratch
from grader.sandbox.machine import runtime

_MOST_BYTES = 1 << 30
_STDLIB_LEFT_OUT = ("site-packages", "test", "tests", "idlelib", "ensurepip", "config-*")
_lock = threading.Lock()


class Reach:
    """What a sandbox with this uid can walk to; None: our own uid, which reaches all."""

    def __init__(self, uid: int | None) -> None:
        self.uid = uid

    @cached_property
    def _moved(self) -> Path | None:
        """Where Python was moved to, if it had to be."""
        needed = (*runtime.prefixes().values(), Path(sys.executable).resolve())
        if self.uid is None or all(map(reachable, needed)):
            return None
        with _lock:
            return _moved_python(runtime.hidden())

    def place(self, source: Path) -> Path:
        """`source`, or a copy of it that can be reached."""
        if self.uid is None or reachable(source):
            return source
        with _lock:
            about = source.stat()
            return _copied(source, about.st_mtime_ns, about.st_ino)

    def python(self) -> Path:
        if self._moved:
            return self._moved / "venv" / "bin" / "python"
        return Path(os.path.abspath(sys.executable))  # noqa: PTH100 - links must stay

    def runtime(self) -> list[Path]:
        if self._moved:
            return [self._moved, *filter(reachable, [_packages()])]
        return list(runtime.prefixes())

    def environment(self) -> dict[str, str]:
        libraries = self._moved / "base" / "lib" if self._moved else None
        if libraries and any(libraries.glob("libpython*.so*")):
            return {"LD_LIBRARY_PATH": str(libraries)}
        return {}


def reachable(path: Path) -> bool:
    """Whether a user without any right of its own can walk to `path` and read it."""
    try:
        if not all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents):
            return False
        mode = path.stat().st_mode
    except OSError:
        return False
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & wanted == wanted


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Lives as long as this process."""
    folder = make_scratch("read", Path("/tmp"))  # noqa: S108 - private, but for walking through it
    folder.chmod(0o711)
    owner = os.getpid()

    def clear() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(clear)
    return folder


@lru_cache(maxsize=64)
def _copied(source: Path, changed_ns: int, inode: int) -> Path:
    """A copy for this very state of `source`."""
    target = Path(tempfile.mkdtemp(dir=_folder())) / source.name
    _copy(source, target)
    target.parent.chmod(0o711)
    return target


def _copy(source: Path, target: Path) -> None:
    size = sum(file.lstat().st_size for file in source.rglob("*")) if source.is_dir() else 0
    if size > _MOST_BYTES:
        raise SandboxError(
            f"{source} cannot be read by the sandbox's own user and is too large to copy.",
            what_to_do="Move it to a place that every user may read, or grade as ordinary user.",
        )
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


@lru_cache(maxsize=4)
def _moved_python(hidden: tuple[Path, ...]) -> Path:
    """The interpreter and its standard library copied, with the packages: a small environment."""
    moved = Path(tempfile.mkdtemp(prefix="python-", dir=_folder()))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = moved / "base" / "bin" / version
    environment = moved / "venv"
    packages = environment / "lib" / version / "site-packages"
    packages.parent.mkdir(parents=True)
    try:
        _link_packages(packages, hidden)
    except BaseException:
        shutil.rmtree(moved)
        raise
    _copy(Path(sys.executable).resolve(), program)
    stdlib = Path(sysconfig.get_path("stdlib"))
    left_out = shutil.ignore_patterns(*_STDLIB_LEFT_OUT)
    shutil.copytree(stdlib, moved / "base" / "lib" / version, ignore=left_out)
    for library in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        _copy(library.resolve(), moved / "base" / "lib" / library.name)
    (environment / "bin").mkdir()
    (environment / "bin" / "python").symlink_to(program)
    settings = f"home = {program.parent}\ninclude-system-site-packages = false\n"
    (environment / "pyvenv.cfg").write_text(settings, encoding="utf-8")
    for folder, _, _ in os.walk(moved):
        Path(folder).chmod(0o755)
    return moved


def _packages() -> Path:
    return Path(sysconfig.get_path("purelib"))


def _link_packages(target: Path, hidden: tuple[Path, ...]) -> None:
    """Lead `target` to the packages. Behind a closed folder each file gets a second name: gigabytes
    are too much to copy. Headers for compilers, half of the files, and what is hidden are left out.
    Raises SandboxError."""
    source = _packages()
    if reachable(source):
        target.symlink_to(source)
        return

    def left_out(folder: str, names: list[str]) -> list[str]:
        real = Path(folder).resolve()
        return [name for name in names if name == "include" or real / name in hidden]

    def link(file: str, name: str) -> None:
        try:
            if not os.stat(file).st_mode & stat.S_IROTH:  # noqa: PTH116
                raise PermissionError(f"{file} is closed to others")
            os.link(file, name)
        except OSError as problem:
            raise SandboxError(
                "The sandbox's own user cannot read the Python packages of the grader.",
                what_to_do="Install the grader where every user may read it, or run it as an"
                " ordinary user.",
            ) from problem

    shutil.copytree(source, target, symlinks=True, ignore=left_out, copy_function=link)
