"""Control groups: the kernel's own bound on memory, where a machine lets us have one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, SMALL, ran, tier

from grader.records.limits import Limits
from grader.sandbox import Sandbox
from grader.sandbox.guard import cgroup
from grader.sandbox.machine import groups

LIMITS = Limits(memory_mb=300, disk_mb=50, threads=70).model_dump()
FILES = ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cgroup.procs")


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a new folder gets the files that the kernel would make."""
    real = os.mkdir

    def mkdir(path: str) -> None:
        real(path)
        for name in FILES:
            Path(path, name).touch()

    monkeypatch.setattr(cgroup.os, "mkdir", mkdir)
    return tmp_path


def test_a_group_bounds_memory_and_processes(hierarchy: Path) -> None:
    """Files of a disk of the run's own are memory too; the whole group is killed at once."""
    for own_disk, most in ((False, 364), (True, 414)):
        group = cgroup.make(str(hierarchy), LIMITS, own_disk=own_disk)
        assert group
        written = {name: Path(group.path, name).read_text() for name in FILES}
        assert written["memory.max"] == str(most << 20)
        assert (written["memory.oom.group"], written["memory.swap.max"]) == ("1", "0")
        assert written["pids.max"] == "134"


def test_what_the_kernel_says_is_read(hierarchy: Path) -> None:
    """Kills and the peak; where a file is missing there were none."""
    group = cgroup.make(str(hierarchy), LIMITS, own_disk=False)
    assert group
    assert (group.memory_kills(), group.peak_mb()) == (0, 0.0)
    Path(group.path, "memory.events").write_text("low 0\nmax 7\noom 2\noom_kill 3\n")
    Path(group.path, "memory.peak").write_text(f"{5 << 20}\n")
    assert (group.memory_kills(), group.peak_mb()) == (3, 5.0)


def test_a_folder_that_is_no_hierarchy_gives_no_group(tmp_path: Path) -> None:
    """Nothing is written and nothing is left; a folder that is not there is no error."""
    assert cgroup.make(str(tmp_path), LIMITS, own_disk=False) is None
    assert list(tmp_path.iterdir()) == []
    assert cgroup.make(str(tmp_path / "nowhere"), LIMITS, own_disk=False) is None


def test_leftovers_are_swept(tmp_path: Path) -> None:
    """Empty groups of a supervisor that was killed; nobody else's."""
    for name in (f"{cgroup.PREFIX}1-2", "somebody-elses"):
        (tmp_path / name).mkdir()
    cgroup.sweep(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["somebody-elses"]


@pytest.mark.slow
def test_a_real_group_takes_its_processes_along() -> None:
    """Entered by a process, killed as a whole, gone afterwards."""
    parent = next(iter(groups._candidates()), "no hierarchy")
    place = f"{parent}/{cgroup.PREFIX}test-{os.getpid()}"
    try:
        Path(place).mkdir()
    except OSError:
        pytest.skip("no hierarchy of version 2 that we may write to")
    group = cgroup.Group(place)
    try:
        source = (
            "import sys, time; from grader.sandbox.guard.cgroup import Group;"
            "Group(sys.argv[1]).enter(); print('in', flush=True); time.sleep(60)"
        )
        words = [sys.executable, "-c", source, place]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as child:
            assert child.stdout
            child.stdout.readline()
            assert str(child.pid) in Path(place, "cgroup.procs").read_text().split()
            group.kill()
            assert child.wait(10) == -9
    finally:
        time.sleep(0.05)
        assert group.remove()
    assert not Path(place).exists()


@pytest.fixture(params=REAL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


@pytest.mark.sandbox
def test_a_run_without_a_group_is_watched(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the group cannot be made at last, the run goes on as it would without."""
    monkeypatch.setattr("grader.sandbox.plan.group_parent", lambda: str(tmp_path / "nowhere"))
    assert ran(sandbox, "say(1)", tmp_path / "run").said() == 1


@pytest.mark.sandbox
def test_a_run_in_a_group_is_ended_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    """Also where memory is taken faster than anybody can look."""
    if not groups.group_parent():
        assert groups.WATCHED in sandbox.lacks
        pytest.skip("this machine lets us make no control group with a memory controller")
    assert groups.WATCHED not in sandbox.lacks
    ended = ran(sandbox, "bytearray(b'x' * (1 << 30))", tmp_path, limits=SMALL).exit
    assert (ended.limit, ended.party) == ("memory_mb", "student")
