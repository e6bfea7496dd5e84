"""What host and supervisor say to each other: plain values, one line each.

Both are the very same Python, so `marshal` will do; importing `json` would take 10 ms a run.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def told(words: dict[str, Any]) -> bytes:
    """The line for these words."""
    return marshal.dumps(words).hex().encode() + b"\n"


def heard(line: bytes) -> Any:
    """The words of a line. ValueError for anything else."""
    try:
        return marshal.loads(bytes.fromhex(line.decode()))  # noqa: S302 - never from a sandbox
    except (EOFError, TypeError) as problem:
        raise ValueError(f"no words: {problem}") from None
