"""The same contract once more as an ordinary user: graders run both ways."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
UID = 54_321
LISTS = ("test_sandbox.py", "test_sandbox_walls.py", "test_sandbox_leftovers.py",
         "test_sandbox_disk.py")  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="these ran as an ordinary user already")
def test_contract_holds_for_an_ordinary_user() -> None:
    """Every line of the contract, both real tiers, with the uid of nobody in particular."""
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, UID, UID)
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        words += ["--basetemp", f"{place}/t", *(str(HERE / name) for name in LISTS)]
        words += ["-k", "not none"]  # without walls it does not matter whose process it is
        ended = subprocess.run(
            [sys.executable, str(HERE / "ordinary_user.py"), str(UID), *words],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            cwd=HERE.parent.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
        )
        told = ended.stdout[-4000:] + ended.stderr[-1000:]
        assert ended.returncode == 0, told
        assert int(re.findall(r"(\d+) passed", told)[-1]) > 60, told
