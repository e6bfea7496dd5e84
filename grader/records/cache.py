"""Content-addressed store: what is a function of known inputs is kept under their hash.

`<home>/cache/<kind>/<hash>/` holds the made files and `key.json`, the inputs in words. A folder is
there whole or not at all; equal requests at the same time wait for one maker.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from grader.records import locking
from grader.records.store import digest

KEY = "key.json"
DEFAULT_MAX_BYTES = 12 * 10**9
KEEP_S = 3600.0
"""What was used within this time is never removed: a run may just be reading it."""
KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class Cache:
    """A store below `root`. `max_bytes` is what `prune` leaves."""

    root: Path
    max_bytes: int = DEFAULT_MAX_BYTES

    @staticmethod
    def default() -> Cache:
        """`$GRADER_HOME/cache`, else in the user's cache folder."""
        told = os.environ.get("GRADER_HOME", "")
        home = Path(told).absolute() if told else None
        return Cache((home or Path(platformdirs.user_cache_dir("notebook-grader"))) / "cache")

    def place(self, kind: str, key: dict[str, Any]) -> Path:
        """Where the files for this key are, made or not."""
        if not KIND.fullmatch(kind):
            raise ValueError(f"{kind!r} is no kind of thing to keep")
        return self.root / kind / digest(key)

    def look_up(self, kind: str, key: dict[str, Any]) -> Path | None:
        """The folder for this key when it is there; it counts as used now."""
        folder = self.place(kind, key)
        if not (folder / KEY).is_file():
            return None
        with contextlib.suppress(OSError):  # a cache that may only be read still serves
            os.utime(folder)
        return folder

    def get_or_make(
        self, kind: str, key: dict[str, Any], make: Callable[[Path], None]
    ) -> tuple[Path, bool]:
        """(folder, whether it was there already).

        `make` fills an empty folder. What it raises is raised here, and nothing is kept. Equal
        requests from other processes wait; when the maker fails or dies, the next one makes it.
        """
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
        final = self.place(kind, key)
        final.parent.mkdir(parents=True, exist_ok=True)
        with _locked(final.parent / f".{final.name}.lock"):
            yield self.look_up(kind, key)

    def put(self, kind: str, key: dict[str, Any], make: Callable[[Path], None]) -> Path:
        """Have `make` fill an empty folder and keep it; in a `turn` of the same key only."""
        final = self.place(kind, key)
        self._make(final, key, make)
        self.prune()
        return final

    def _make(self, final: Path, key: dict[str, Any], make: Callable[[Path], None]) -> None:
        for left in final.parent.glob(f".{final.name}.making-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a maker that was killed
        scratch = final.parent / f".{final.name}.making-{os.getpid()}"
        scratch.mkdir()
        try:
            make(scratch)
            text = json.dumps(key, sort_keys=True, indent=1)
            (scratch / KEY).write_text(text, encoding="utf-8")
            if final.exists():  # without a key file: damaged
                shutil.rmtree(final)
            scratch.rename(final)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def prune(self) -> int:
        """Remove what was longest not used until the store is small enough; bytes removed."""
        sizes = {folder: _bytes(folder) for folder in self.root.glob("*/*") if _kept(folder)}
        excess = sum(sizes.values()) - self.max_bytes
        if excess <= 0:
            return 0
        removed = 0
        for used, folder in sorted((_used(folder), folder) for folder in sizes):
            if removed >= excess or time.time() - used < KEEP_S:
                break
            shutil.rmtree(folder, ignore_errors=True)
            removed += sizes[folder]
        return removed


def _kept(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.is_dir()


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
def _locked(path: Path) -> Iterator[None]:
    """The lock dies with its process. Its file is removed while it is held, so that stores do not
    fill with lock files; who waited for the removed one notices and takes the new one."""
    while True:
        handle = path.open("w")
        locking.take(handle)
        try:
            current = path.stat().st_ino == os.fstat(handle.fileno()).st_ino
        except FileNotFoundError:
            current = False
        if current:
            break
        handle.close()
    try:
        yield
    finally:
        with contextlib.suppress(PermissionError):  # Windows keeps what is open
            path.unlink(missing_ok=True)
        handle.close()
