"""The attacks once more where the grader is an ordinary user: the walls are other ones there.

What depends on the user: how a sandbox is built (namespaces of a user's own, not root's mounts; no
group of processes that the kernel counts), who owns the files in it, and whether its processes have
another user than the grader's. So every program that goes for a wall runs on every tier. Notebooks
that go for their verdict meet these walls through the kernel's files, sockets and processes: they
run on both tiers that build walls; a warm worker is a fork behind those of bubblewrap, which the
programs try as this user, and its kernel is the one that they try as root. Those that go for a
reader, or for Keras in their own process, meet no wall but that what they leave is another user's:
those that leave something, once, on the tier where that user is the grader.

`make test` tries a third of these files and tiers, in turn; `make whole` all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from forking import REAL_TIERS
from notebook_attacks import LEAVING_KERAS
from turns import tried

from grader.assignment import load_assignment
from grader.assignment.data import find_data
from grader.records import Cache

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent / "contract"
UID = 54_322
LEAST = {
    "test_attacks.py": 100,
    "test_tampering.py": 55,
    "test_injection.py": 4,
    "test_keras_attacks.py": 2,
}
"""File → attacks that have to be tried at least."""
LEAVING = {
    "test_injection.py": "html_in_layer_names markdown_in_settings names_left_in_out "
    "surrogate_in_error",
    "test_keras_attacks.py": " ".join(LEAVING_KERAS),
}
"""File → those of its attacks that are tried, if not all."""
TIERS = {
    "test_attacks.py": REAL_TIERS,
    "test_tampering.py": ("bubblewrap", "landlock"),
    "test_injection.py": ("landlock",),
    "test_keras_attacks.py": ("landlock",),
}
TRIED = tried([(file, tier) for file, tiers in TIERS.items() for tier in tiers], 3)
SAFE = "contained or earns_nothing or neighbour or nothing_is_lost or shown_as_text"


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """A folder of that user's with the assets, and the trainings that are known already."""
    with tempfile.TemporaryDirectory() as place:
        if os.geteuid() == 0:
            made = find_data(load_assignment("horses-vs-humans"), "small").root
            shutil.copytree(made, Path(place, "assets", *made.parts[-2:]))
            known = Cache.default().root
            for kind in ("features", "trainings"):
                # another worker may be adding to them: what is not there yet is computed
                with suppress(FileNotFoundError, shutil.Error):
                    shutil.copytree(known / kind, Path(place, "cache", kind))
            for path in [Path(place), *Path(place).rglob("*")]:
                os.chown(path, UID, UID)
        yield place


@pytest.mark.tensorflow
@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="these ran as an ordinary user already")
@pytest.mark.parametrize(("file", "tier"), TRIED)
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
            env={
                **os.environ,
                "PYTHONPATH": str(HERE.parent.parent),
                "GRADER_HOME": home,
                "GRADER_TEST_ALL": "1",
                "GRADER_ATTACKS": LEAVING.get(file, ""),
            },
        )
        told = ended.stdout[-4000:] + ended.stderr[-1000:]
        assert ended.returncode == 0, told
        assert int(re.findall(r"(\d+) passed", told)[-1]) >= LEAST[file], told
