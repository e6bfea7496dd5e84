"""Where namespaces are refused, as in containers: landlock is chosen by probing, and holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sandbox_runs import tier

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
UID = 54_323
LISTS = ("test_sandbox.py", "test_sandbox_walls.py", "test_sandbox_leftovers.py")
CHOICE = """
import json
from grader.pipeline.doctor import examine
from grader.sandbox import choose
found = [one for one in examine() if one.what.startswith("sandbox tier")]
print(json.dumps([choose().name, *[[one.seen, one.what_to_do] for one in found]]))
"""

USERS = [
    pytest.param(None, id="as this user"),
    pytest.param(
        UID,
        id="as an ordinary user",
        marks=pytest.mark.skipif(os.geteuid() != 0, reason="we are one already"),
    ),
]
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(sys.platform != "linux", reason="containers are Linux"),
]


def contained(uid: int | None, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python as inside a container's default profile."""
    tier("landlock")
    command = [sys.executable, str(HERE / "like_a_container.py"), sys.executable, *words]
    if uid is not None:
        command = [sys.executable, str(HERE / "ordinary_user.py"), str(uid), *command]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests' / 'contract'}"},
    )


@pytest.mark.parametrize("uid", USERS)
def test_landlock_is_chosen_and_the_doctor_says_why(uid: int | None) -> None:
    """Not by a name or a version: the strongest tier that really works there."""
    ended = contained(uid, "-c", CHOICE)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert '["landlock"' in ended.stdout, ended.stdout
    for word in ("no: ", "works", "(used: the strongest", "AppArmor"):
        assert word in ended.stdout, ended.stdout


def test_without_any_tier_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither namespaces nor Landlock: exit status 3, and what to do; never a silent step down."""
    monkeypatch.setenv("WITHOUT_LANDLOCK", "1")
    ended = contained(None, "-c", "import grader.sandbox as s; print(s.choose().name)")
    assert "NoSandbox: No sandbox works on this machine" in ended.stderr
    assert "--sandbox none" in ended.stderr
    doctor = contained(None, "-m", "grader.cli.app", "doctor")
    assert doctor.returncode == 3, doctor.stdout


@pytest.mark.parametrize("uid", USERS)
def test_the_contract_holds_there(uid: int | None) -> None:
    """Every line of it, by the landlock tier; bubblewrap is refused and skipped."""
    with tempfile.TemporaryDirectory() as place:
        if uid is not None:
            os.chown(place, uid, uid)
        words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", f"{place}/t"]
        words += [*(str(HERE / name) for name in LISTS), "-k", "landlock or bubblewrap-fork"]
        ended = contained(uid, *words)
    told = ended.stdout[-4000:] + ended.stderr[-1000:]
    assert ended.returncode == 0, told
    assert int(re.findall(r"(\d+) passed", told)[-1]) > 30, told
    assert int(re.findall(r"(\d+) skipped", told)[-1]) >= 1, told
