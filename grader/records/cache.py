"""Content-addressed store: what is a function of known inputs is kept under their hash.

`<home>/cache/<kind>/<hash>/` holds the made files and `key.json`, the inputs in words. A folder is
there whole or not at all; equal requests at the same time wait for one maker.
"""

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import platformdirs
from filelock import FileLock

from grader.records.store import digest

KEY, TRIMMED = "key.json", ".trimmed"
DEFAULT_MAX_BYTES = 12 * 10**9
KEEP_S = 3600.0
"""What was used within this time is never removed: a run may just be reading it."""
TRIM_EVERY_S = 600.0
"""All processes together look through the store once in this time. It cannot matter much sooner:
what was made meanwhile could not be removed anyway."""
ABANDONED_S = 86_400.0
"""Nothing is made for so long: whoever began it is dead."""
KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")


def home() -> Path:
    """Where the grader keeps what can be made again: `$GRADER_HOME`, else the user's cache."""
    named = os.environ.get("GRADER_HOME", "")
    return Path(named).absolute() if named else Path(platformdirs.user_cache_dir("notebook-grader"))


@dataclass(frozen=True)
class Cache:
    """A store below `root`. `max_bytes` is what `trim` leaves."""

    root: Path
    max_bytes: int = DEFAULT_MAX_BYTES

    @classmethod
    def default(cls) -> Self:
        return cls(home() / "cache")

    def folder(self, kind: str, key: dict[str, Any]) -> Path:
        if not KIND.fullmatch(kind):
            raise ValueError(f"{kind!r} is no kind of thing to keep")
        return self.root / kind / digest(key)

    def look_up(self, kind: str, key: dict[str, Any]) -> Path | None:
        """The folder for this key when it is there; it counts as used now."""
        folder = self.folder(kind, key)
        if not (folder / KEY).is_file():
            return None
        with contextlib.suppress(OSError):  # a cache that may only be read still serves
            os.utime(folder)
        return folder

    def get_or_make(
        self, kind: str, key: dict[str, Any], make: Callable[[Path], None]
    ) -> tuple[Path, bool]:
        """(folder, whether it was there already). `make` fills an empty folder. What it raises is
        raised here, and nothing is kept. Equal requests from other processes wait; when the maker
        fails or dies, the next one makes it."""
        with self.turn(kind, key) as found:
            if found is not None:
                return found, True
            return self.put(kind, key, make), False

    @contextlib.contextmanager
    def turn(self, kind: str, key: dict[str, Any]) -> Iterator[Path | None]:
        """The folder for this key; or None, and until the block ends nobody else has its turn, so
        the caller may `put` it. Who dies there leaves nothing locked."""
        found = self.look_up(kind, key)
        if found is not None:
            yield found
            return
        folder = self.folder(kind, key)
        with locked(folder):
            yield self.look_up(kind, key)

    def put(self, kind: str, key: dict[str, Any], make: Callable[[Path], None]) -> Path:
        """Have `make` fill an empty folder and keep it; in a `turn` of the same key only."""
        folder = self.folder(kind, key)
        with building(folder) as scratch:
            make(scratch)
            text = json.dumps(key, sort_keys=True, indent=1)
            (scratch / KEY).write_text(text, encoding="utf-8")
        self._trim_now_and_then()
        return folder

    def _trim_now_and_then(self) -> None:
        """Two processes may both find that it is time: they remove the same, once."""
        last = self.root / TRIMMED
        with contextlib.suppress(OSError):  # never there before, or another user's
            if abs(time.time() - last.stat().st_mtime) < TRIM_EVERY_S:
                return
        with contextlib.suppress(OSError):
            last.touch()
        self.trim()

    def trim(self) -> None:
        """Remove what was longest not used until the store is small enough, and what killed makers
        left unfinished."""
        for left in self.root.glob("*/.*.making-*"):
            if time.time() - _used(left) > ABANDONED_S:
                shutil.rmtree(left, ignore_errors=True)
        folders = [f for f in self.root.glob("*/*") if f.is_dir() and not f.name.startswith(".")]
        sizes = {folder: _bytes(folder) for folder in folders}
        excess = sum(sizes.values()) - self.max_bytes
        for used, folder in sorted((_used(folder), folder) for folder in folders):
            if excess <= 0 or time.time() - used < KEEP_S:
                return
            shutil.rmtree(folder, ignore_errors=True)
            excess -= sizes[folder]


def _used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


@contextlib.contextmanager
def building(root: Path) -> Iterator[Path]:
    """A folder beside `root` to build in; it takes root's place in one step when all went well.
    Call it with a lock of `root` held: what a killed builder left behind is removed first."""
    for left in root.parent.glob(f".{root.name}.making-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = root.with_name(f".{root.name}.making-{os.getpid()}")
    folder.mkdir(parents=True)
    try:
        yield folder
        if root.exists():  # damaged: a rename cannot replace a folder that is not empty
            shutil.rmtree(root)
        folder.rename(root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else is in such a block with that folder, in this process or another.

    The lock, a file beside it, dies with its process. It is removed while it is held, so that
    folders do not fill with lock files; who waited for the removed one notices (filelock looks at
    the number of its names) and takes the new one."""
    path = folder.with_name(f".{folder.name}.lock")
    with FileLock(path):
        try:
            yield
        finally:
            with contextlib.suppress(PermissionError):  # Windows keeps what is open
                path.unlink(missing_ok=True)
