"""What a student's own machine may lack: unix sockets, symbolic links, descriptors of folders."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_runs import run_cells

from grader.evidence import files as evidence_files
from grader.inside.asking import answers
from grader.records import links as linking
from grader.run import provisioner
from grader.sandbox import choose

pytestmark = pytest.mark.slow

ONLY_UNIX = ("fcntl", "pwd", "grp", "resource", "termios", "pty")


def test_a_notebook_runs_where_there_are_no_socket_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By ports on this machine, as on Windows: cells, errors and the questions at the end."""
    monkeypatch.setattr(provisioner, "TCP", True)
    done = run_cells(choose("none"), tmp_path, "my_number = 6 * 7\nprint('here')", "1 / 0")
    assert done.statuses == ["ok", "error"]
    assert "here" in done.text(0)
    assert done.answers["names"] == ["my_number"]


def test_nothing_that_only_unix_has_is_needed_to_import_the_self_check() -> None:
    """The commands and all that they import come up with those modules out of reach."""
    others = (
        "asyncio, filelock, httpx, jupyter_client, nbclient, psutil, rich, subprocess, typer, zmq"
    )
    code = (
        "import importlib.abc, os, sys\n"
        f"import {others}\n"  # they know Windows for themselves: only ours are looked at
        "class No(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name in {ONLY_UNIX!r}: raise ModuleNotFoundError(name)\n"
        f"for name in {ONLY_UNIX!r}: sys.modules.pop(name, None)\n"
        "sys.meta_path.insert(0, No())\n"
        "sys.platform = 'win32'\n"
        "import types\n"
        "sys.modules['msvcrt'] = types.ModuleType('msvcrt')\n"
        "import grader.records.links\n"
        "sys.platform = 'linux'\n"
    )
    modules = (
        "grader.cli.app, grader.cli.student, grader.cli.grade, grader.cli.display, "
        "grader.selfcheck.file, grader.selfcheck.kernel, grader.measure.tasks, "
        "grader.report.write, grader.selfcheck.bundle"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}import {modules}\n"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-800:]


@pytest.mark.parametrize("links", [True, False])
def test_a_place_leads_to_a_file_or_folder(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With symbolic links and without."""

    def refused(*_: object) -> None:
        raise OSError("a required privilege is not held by the client")

    if not links:
        monkeypatch.setattr(Path, "symlink_to", refused)
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "one.txt").write_text("1")
    linking.lead(tmp_path / "work" / "data", tmp_path / "real")
    linking.lead(tmp_path / "work" / "one.txt", tmp_path / "real" / "one.txt")
    assert (tmp_path / "work" / "data" / "one.txt").read_text() == "1"
    assert (tmp_path / "work" / "one.txt").read_text() == "1"
    assert (tmp_path / "work" / "data").is_symlink() is links


def test_files_of_a_run_are_read_where_folders_have_no_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes, the same refusals."""
    monkeypatch.setattr(evidence_files, "BY_DESCRIPTOR", False)
    (tmp_path / "answers.json").write_bytes(b"0123456789")
    (tmp_path / "folder").mkdir()
    with evidence_files.opened(tmp_path) as out:
        assert out == tmp_path
        assert evidence_files.names(out) == ("answers.json", "folder")
        assert evidence_files.read(out, "answers.json", 10) == b"0123456789"
        for name in ("folder", "missing"):
            with pytest.raises(ValueError, match="plain file"):
                evidence_files.read(out, name, 10)
        with pytest.raises(ValueError, match="larger"):
            evidence_files.read(out, "answers.json", 9)
    with evidence_files.opened(tmp_path / "missing") as out:
        assert out is None


def test_functions_are_asked_where_there_are_no_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a limit of its own; what it answers is the same."""
    monkeypatch.delattr(signal, "setitimer")
    assert answers.attempt(lambda: 42, 1.0) == ("ok", 42, "")
