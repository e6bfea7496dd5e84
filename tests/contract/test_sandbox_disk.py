"""The disk of a run: its large pages; and bubblewrap without a disk of its own, where only bwrap
itself may make user namespaces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, SMALL, ran, tier

from grader.errors import SandboxError
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.guard import kernel, stage

pytestmark = pytest.mark.sandbox
LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/shmem_enabled")


@pytest.mark.parametrize("name", [one for one in REAL_TIERS if one != "landlock"])
def test_large_pages_are_for_large_writes(name: str, tmp_path: Path) -> None:
    """A small file takes a page, not two megabytes, and a file of many does not take more."""
    source = """
        def used():
            about = os.statvfs(".")
            return (about.f_blocks - about.f_bfree) * about.f_frsize
        took = [used()]
        for n in range(100):
            open(f"small{n}", "wb").write(b"x" * 100)
        took.append(used())
        open("large", "wb").write(b"x" * (12 << 20))
        took.append(used())
        mounts = [line.split() for line in open("/proc/self/mounts")]
        say([took, [line[3] for line in mounts if line[1] == "/grader/work"]])
    """
    took, options = ran(tier(name), source, tmp_path, limits=SMALL).said()
    assert 100 <= took[1] - took[0] <= 100 * 16384
    assert 12 << 20 <= took[2] - took[1] <= 13 << 20
    assert len(options) == 1 and "size=32768k" in options[0]
    assert ("huge=within_size" in options[0]) == LARGE_PAGES.exists()


def test_a_kernel_without_large_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses the word; the disk is mounted all the same, with the same limits."""
    tried = []

    def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
        tried.append((target, flags, data))
        if "huge" in data:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(kernel, "mount", mount)
    stage._mount_disk("/disk", {"disk_mb": 32, "inodes": 600})
    (_, flags, data), last = tried
    assert last == ("/disk", flags, data.removesuffix(",huge=within_size"))
    assert "size=32m,nr_inodes=600" in last[2] and flags & kernel.MS_NOSUID


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
