"""Every known attack, on both tiers: contained, the neighbour graded, the control bites.

One file each in the folders beside this one: a program, preceded by `bait.PRELUDE`. Its docstring
says what it tries and

    Safe: contained             nothing is broken, whatever its exit
    Safe: ended by a, b         and one of these limits ended it
    Control: bites              run without protection, it reports a breach (harmlessly)
    Control: root | x86_64      only there
    Control: none, because …    it cannot be shown harmlessly
    Not held: landlock          that tier says that it lacks this; the attack shows it
"""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bait import Bait, planted, words
from forking import REAL_TIERS, tier

from grader.records import Limits
from grader.sandbox import Exit, Job, Sandbox, run_job
from grader.sandbox.guard import space

HERE = Path(__file__).resolve().parent
FILES = sorted((HERE / "programs").glob("*/*.py"))
LAST = {path.parent: path for path in FILES}.values()
"""Of each folder: the next one of it shows as well that a sandbox still works."""
LIMITS = Limits(
    wall_s=5, cpu_s=2, memory_mb=200, processes=48, threads=64, disk_mb=32, inodes=600,
    open_files=256, output_mb=2, file_mb=16,
)  # fmt: skip
SHORT = LIMITS.model_copy(update={"wall_s": 3})
"""For programs that do nothing but wait for that limit: no need to wait for longer."""


@dataclass(frozen=True)
class Attack:
    """One file."""

    source: str
    about: str

    def line(self, word: str) -> str:
        found = re.search(rf"^{word}: (.+)$", self.about, re.MULTILINE)
        return found[1].strip() if found else ""


def attack(path: Path) -> Attack:
    source = path.read_text("utf-8")
    return Attack(source, ast.get_docstring(ast.parse(source)) or "")


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(params=REAL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


@pytest.mark.sandbox
@pytest.mark.parametrize("path", FILES, ids=name)
def test_attack_is_contained(
    path: Path, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No breach, nothing planted was touched, nothing is left, the next submission is graded: at
    once where resources were exhausted, else after the last of its kind."""
    attempt = attack(path)
    with planted(tmp_path / "bait") as bait:
        monkeypatch.setenv("GRADER_TOKEN", bait.token)
        limits = SHORT if attempt.line("Safe") == "ended by wall_s" else LIMITS
        job = Job(
            argv=("{python}", *words(attempt.source, bait)), folder=tmp_path / "run", limits=limits
        )
        ended = run_job(sandbox, job, timeout_s=60)
        breaches = told(tmp_path / "run", bait)
        if sandbox.name in attempt.line("Not held"):
            assert breaches, "held after all: take it off the list, and out of the tier's lacks"
            return
        assert breaches == ""
        bait.intact()
        assert_left_nothing(bait)
        assert_ended(ended, attempt.line("Safe"))
    if path in LAST or path.parent.name == "exhaust":
        assert_honest_neighbour(sandbox, tmp_path / "honest")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A run's folder without a sandbox; what is left in it may be too deep for pytest to clear."""
    yield tmp_path / "run"
    space.remove(str(tmp_path / "run"))


@pytest.mark.parametrize("path", FILES, ids=name)
@pytest.mark.sandbox
def test_control_bites(
    path: Path, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without protection the same program reports a breach: the attack is a real one."""
    attempt = attack(path)
    control = attempt.line("Control")
    if control.startswith("none"):
        pytest.skip(control)
    if "root" in control and os.geteuid() != 0:
        pytest.skip("bites only as root")
    if "x86_64" in control and platform.machine() != "x86_64":
        pytest.skip("bites only on x86_64")
    folders = [bare / part for part in ("out", "sock", "in", "work")]
    for folder in (bare, *folders):
        folder.mkdir()
    with planted(tmp_path / "bait") as bait:
        monkeypatch.setenv("GRADER_TOKEN", bait.token)
        for folder in folders:
            monkeypatch.setenv(f"GRADER_{folder.name.upper()}", str(folder))
        with (bare / "console.log").open("wb") as console:
            subprocess.run(
                [sys.executable, *words(attempt.source, bait)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd=bare / "work",
                pass_fds=(bait.told["descriptor"],),
                timeout=60,
                check=False,
            )
        shown = (bare / "console.log").read_bytes()[-2000:]
        assert told(bare, bait), shown


def told(folder: Path, bait: Bait) -> str:
    """The breach that it reported, or the secret itself in anything that came out."""
    places = [folder / "console.log", *(folder / "out").rglob("*")]
    for place in places:
        content = place.read_bytes() if place.is_file() else b""
        if place.name == "breach" or b"BREACH " in content:
            return content[:300].decode("utf-8", "replace") or "empty"
        if bait.token.encode() in content:
            return f"the secret in {place.name}"
        if place.is_file() and place.stat().st_mode & 0o6000:
            return f"a set-user-id file: {place.name}"
    return ""


def assert_ended(ended: Exit, safe: str) -> None:
    assert ended.party == "student"
    if safe.startswith("ended by "):
        limits = [word.strip() for word in safe.removeprefix("ended by ").split(",")]
        assert ended.limit in limits, ended
    else:
        assert safe == "contained", "the file must say what is safe"


def assert_left_nothing(bait: Bait) -> None:
    """No process of it, nothing in shared memory, no System V segment, no scratch folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = path.read_bytes()
        except OSError:
            continue
        ours = path.parent.name == str(bait.told["decoy"])
        assert ours or bait.told["secret"].encode() not in arguments
    kept = [p.name for p in Path("/dev/shm").iterdir() if "attack" in p.name]
    assert kept == []
    assert "424242" not in Path("/proc/sysvipc/shm").read_text()


def assert_honest_neighbour(sandbox: Sandbox, folder: Path) -> None:
    words = ("{python}", "-I", "-c", "import os; open(os.environ['GRADER_OUT'] + '/x', 'w')")
    assert run_job(sandbox, Job(argv=words, folder=folder, limits=LIMITS), 60).status == "finished"
    assert (folder / "out" / "x").exists()


def test_there_are_many() -> None:
    """The list only grows, and every file says what is safe and what its control is."""
    assert len(FILES) >= 80
    for path in FILES:
        about = attack(path)
        assert about.line("Safe"), path
        assert about.line("Control"), path
