"""bubblewrap without a disk of its own: where only bwrap itself may make user namespaces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sandbox_runs import SMALL, ran, tier

from grader.records.errors import SandboxError
from grader.sandbox.tiers.bubblewrap import Bubblewrap

pytestmark = pytest.mark.sandbox


@pytest.mark.skipif(os.geteuid() == 0, reason="this form is for ordinary users")
def test_disk_on_the_host_is_watched(tmp_path: Path) -> None:
    """It runs alike, its disk budget ends it by name, and it says what it lacks."""
    tier("bubblewrap")
    sandbox = Bubblewrap(own_disk=False)
    assert len(sandbox.lacks) == len(Bubblewrap().lacks) + 1
    assert ran(sandbox, "say(os.getcwd())", tmp_path / "a").said() == "/grader/work"
    source = """
        for n in range(9999):
            open(f"f{n}", "wb").write(b"x" * (1 << 20)); time.sleep(0.01)
    """
    ended = ran(sandbox, source, tmp_path / "b").exit
    assert (ended.status, ended.limit) == ("output_limit", "disk_mb")
    unnamed = """
        kept = []
        for n in range(9999):
            kept.append(open("f", "wb")); os.unlink("f"); kept[-1].write(b"x" * (1 << 20))
            kept[-1].flush(); time.sleep(0.01)
    """
    ended = ran(sandbox, unnamed, tmp_path / "c", limits=SMALL).exit
    assert (ended.status, ended.limit) == ("output_limit", "disk_mb")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could be careless here")
def test_root_needs_a_disk_of_its_own(tmp_path: Path) -> None:
    """Folders of the host's disk would have to be given away to the sandbox's user."""
    with pytest.raises(SandboxError, match="disk of its own"):
        ran(Bubblewrap(own_disk=False), "pass", tmp_path)
