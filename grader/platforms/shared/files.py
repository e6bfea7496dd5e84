"""Files as platforms take them: what differs from what is there."""

import difflib
from pathlib import Path
from typing import Literal

from grader.records import PlatformError, Record

MAX_DIFF_LINES = 200


class FileChange(Record):
    """One file that was written, or would be."""

    path: str
    """Relative to the output folder."""
    status: Literal["new", "changed", "same"]
    diff: str = ""
    """Unified diff for text files, capped."""


def compare(path: Path, name: str, data: bytes, original: Path | None) -> FileChange:
    """`data` against what lies at `path`, or where nothing does against the platform's `original`
    of the same name. Raises PlatformError when that cannot be read."""
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        given = original is not None and original.name == name
        diff = _diff(name, original.read_bytes(), data) if original and given else ""
        return FileChange(path=name, status="new", diff=diff)
    except OSError as problem:
        raise PlatformError(f"{name} cannot be read: {problem.strerror}.") from problem
    if old == data:
        return FileChange(path=name, status="same")
    return FileChange(path=name, status="changed", diff=_diff(name, old, data))


def _diff(name: str, old: bytes, new: bytes) -> str:
    try:
        before, after = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name}: {len(old)} bytes become {len(new)} bytes"
    lines = list(difflib.unified_diff(before, after, name, name, lineterm="", n=0))
    more = [f"… {len(lines) - MAX_DIFF_LINES} more lines"] if len(lines) > MAX_DIFF_LINES else []
    return "\n".join(lines[:MAX_DIFF_LINES] + more)
