"""The run folders: the database of the grader. Every file is written whole or not at all."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from grader.records.common import Record

R = TypeVar("R", bound=Record)
CURRENT = "current"
"""Text file in a submission's folder: the name of the attempt that counts."""
MAX_RECORD_BYTES = 64 * 1024 * 1024


def digest(value: Any) -> str:
    """sha256 of a JSON value in one canonical spelling."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_atomically(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write `data` beside `path` and rename: a reader sees the old file or the new one.
    lasting: wait until it is on the disk; not needed for what can be made again at any time. Raises
    OSError, for example when the disk is full; then the old file is untouched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
            temporary.flush()
            if lasting:
                os.fsync(temporary.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save(path: Path, record: Record, *, lasting: bool = True) -> None:
    """Write a record as JSON; see `write_atomically`."""
    write_atomically(path, record.model_dump_json(indent=1).encode() + b"\n", lasting=lasting)


def load(path: Path, kind: type[R]) -> R | None:
    """Read a record; None when there is none or it is of another version or damaged."""
    return load_by(kind.model_validate_json, path)


def load_by(parse: Callable[[bytes], R], path: Path) -> R | None:
    """The same with a parser of its own, which raises ValueError."""
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        return parse(path.read_bytes())
    except (OSError, ValueError):
        return None


def set_current(attempt: Path) -> None:
    write_atomically(attempt.parent / CURRENT, attempt.name.encode())


def current(submission_folder: Path) -> Path | None:
    try:
        name = (submission_folder / CURRENT).read_text().strip()
    except OSError:
        return None
    attempt = submission_folder / name
    return attempt if name and "/" not in name and attempt.is_dir() else None


def attempts(folder: Path) -> Iterator[Path]:
    """The counting attempts below a run folder, whichever level of it is named."""
    if (folder / "evidence.json").exists() or (folder / "grade.json").exists():
        yield folder
        return
    for pointer in sorted(folder.rglob(CURRENT)):
        attempt = current(pointer.parent)
        if attempt is not None:
            yield attempt
