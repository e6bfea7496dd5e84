"""Temporary folders of killed graders are removed by the next one, and no others."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.records import GraderError, left_behind, make_scratch, scratch, temporary

HOLDER = (
    "import sys, time; from grader.records import make_scratch; "
    "folder = make_scratch('run'); (folder / 'large').write_bytes(b'x' * 1000); "
    "print(folder, flush=True); time.sleep(600)"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files that nobody else has."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(temporary, "SHORT", tmp_path)
    temporary._clear_once.cache_clear()
    return tmp_path


def holder() -> tuple[subprocess.Popen[str], Path]:
    """A process that has a temporary folder."""
    program = [sys.executable, "-c", HOLDER]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_is_removed_by_the_next() -> None:
    """While it lives nobody touches its folder, however often another starts."""
    process, folder = holder()
    try:
        assert left_behind() == []
        make_scratch("run")
        assert (folder / "large").is_file()
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert left_behind() == [folder]
    temporary._clear_once.cache_clear()  # as in a new process
    ours = make_scratch("run")
    assert ours.is_dir()
    assert not folder.exists()


def test_another_process_of_the_same_number(place: Path) -> None:
    """Numbers are given out again: the start tells."""
    ours = make_scratch("run")
    kind, (pid, start, boot) = "read", ours.name.split("-")[2].split(".")
    stale = place / f"g-{kind}-{pid}.{int(start, 16) - 1:x}.{boot}-abc"
    stale.mkdir()
    assert left_behind() == [stale]


def test_folders_of_others_stay(place: Path) -> None:
    """Of another boot or namespace while this machine is up, other names, links, files."""
    ours = make_scratch("run")
    boot = ours.name.split("-")[2].split(".")[2]
    other = "000000" if boot != "000000" else "111111"
    for name in (f"g-run-7fffffff.1.{other}-abc", "g-run-notes", "grader-abc", "g-read-1.2.3-x"):
        (place / name).mkdir()
    (place / f"g-run-7fffffff.1.{boot}-link").symlink_to(place / "grader-abc")
    assert left_behind() == []


def test_folders_from_before_the_machine_was_started_anew(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older than the boot: nobody who made it can live."""
    boot = make_scratch("run").name.split("-")[2].split(".")[2]
    old = place / f"g-run-1.1.{'000000' if boot != '000000' else '111111'}-abc"
    old.mkdir()
    os.utime(old, (1, 1))
    assert left_behind() == [old]


def test_it_is_gone_after_the_block() -> None:
    """Whatever happens in it."""
    with pytest.raises(KeyError), scratch("check") as folder:
        (folder / "sub").mkdir()
        raise KeyError
    assert not folder.exists()


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As what it is."""

    def full(**_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(GraderError, match=r"the disk is full.*TMPDIR"):
        make_scratch("run")
