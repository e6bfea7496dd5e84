"""The attacks once more where the grader is an ordinary user: the walls are other ones there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from forking import REAL_TIERS

from grader.assignment.data import find as assets

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent / "contract"
UID = 54_322
LEAST = {
    "test_attacks.py": 100,
    "test_tampering.py": 55,
    "test_injection.py": 40,
    "test_keras_attacks.py": 12,
}
"""File → attacks that have to be tried at least."""
SAFE = "contained or earns_nothing or neighbour or nothing_is_lost or shown_as_text"


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """A folder of that user's with the assets, and what one tier computes for the next."""
    with tempfile.TemporaryDirectory() as place:
        if os.geteuid() == 0:
            made = assets.find_data("small").root
            shutil.copytree(made, Path(place, "assets", made.name))
            for path in [Path(place), *Path(place).rglob("*")]:
                os.chown(path, UID, UID)
        yield place


@pytest.mark.tensorflow
@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="these ran as an ordinary user already")
@pytest.mark.parametrize("tier", REAL_TIERS)
@pytest.mark.parametrize("file", LEAST)
def test_attacks_are_contained_for_an_ordinary_user(file: str, tier: str, home: str) -> None:
    """Programs and notebooks, in a sandbox that root had no hand in."""
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, UID, UID)
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        words += ["--basetemp", f"{place}/t", str(HERE / file)]
        words += ["-k", f"({SAFE}) and {tier}"]
        ended = subprocess.run(
            [sys.executable, str(CONTRACT / "ordinary_user.py"), str(UID), *words],
            capture_output=True,
            text=True,
            timeout=880,
            check=False,
            cwd=HERE.parent.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent), "GRADER_HOME": home},
        )
        told = ended.stdout[-4000:] + ended.stderr[-1000:]
        assert ended.returncode == 0, told
        assert int(re.findall(r"(\d+) passed", told)[-1]) >= LEAST[file], told
