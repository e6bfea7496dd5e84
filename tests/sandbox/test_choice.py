"""A tier that cannot be had is a reason to try the next, whatever it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.records.errors import SandboxError
from grader.sandbox import choice
from grader.sandbox.tiers import bubblewrap


@pytest.mark.parametrize("mode", [None, 0o644])
def test_a_bwrap_that_cannot_be_started_is_told_in_words(
    mode: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing or not executable: never a stack, and the next tier is tried."""
    program = tmp_path / "bwrap"
    if mode is not None:
        program.write_text("nothing")
        program.chmod(mode)
    monkeypatch.setattr(bubblewrap, "PROGRAM", str(program))
    bubblewrap.can_close_namespaces.cache_clear()
    try:
        with pytest.raises(SandboxError, match="cannot be started"):
            bubblewrap.can_close_namespaces()
    finally:
        bubblewrap.can_close_namespaces.cache_clear()


def test_the_next_tier_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strongest first; what fails with words of ours is passed over."""

    def broken() -> bubblewrap.Bubblewrap:
        raise SandboxError("bwrap cannot be started: Permission denied.")

    kept = bubblewrap.Bubblewrap(own_disk=True)
    tiers = {"warm": broken, "bubblewrap": broken, "landlock": lambda: kept}
    monkeypatch.setattr(choice, "TIERS", tiers)
    choice._working.cache_clear()
    try:
        assert choice._strongest() is kept
    finally:
        choice._working.cache_clear()
