"""The wheel as it is built: what is in it, and what works from it without TensorFlow."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import platformdirs
import pytest

from grader import __version__, records
from grader.assignment import all_assignments
from grader.platforms.container.pack import build_wheel

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
WITHOUT_TENSORFLOW = (
    "import sys, importlib.metadata as metadata\n"
    "gone = {'tensorflow', 'keras', 'tf-keras', 'scipy', 'h5py', 'scikit-learn'}\n"
    "sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'tf_keras', 'scipy', 'h5py')))\n"
    "find = metadata.Distribution.from_name\n"
    "def lacks(name):\n"
    "    if name in gone: raise metadata.PackageNotFoundError(name)\n"
    "    return find(name)\n"
    "metadata.Distribution.from_name = lacks\n"
    "from grader.cli.app import main; main()"
)
HEAVY = {"tensorflow", "keras", "tf-keras", "h5py", "scipy", "scikit-learn", "matplotlib", "pandas"}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, as an installer lays them."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(build_wheel(ROOT, folder)) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def said(unpacked: Path, folder: Path, *words: str, home: Path | None = None) -> tuple[int, str]:
    """Exit status and output of `grader …` from the wheel, in that folder, without TensorFlow."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT_TENSORFLOW, *words],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(unpacked),
            "COLUMNS": "200",
            "GRADER_HOME": str(home or folder / "home"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_host_needs_no_tensorflow(unpacked: Path) -> None:
    """It comes with the extra `grade`; the version is that of the program."""
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    told = email.message_from_string(metadata.read_text(encoding="utf-8"))
    needed = told.get_all("Requires-Dist", [])
    plain = {re.split("[<>=;]", line)[0] for line in needed if "extra ==" not in line}
    extra = {re.split("[<>=;]", line)[0] for line in needed if "extra == 'grade'" in line}
    assert extra >= HEAVY
    assert not plain & HEAVY
    versions = {told["Version"], __version__, records.__version__}
    cited = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert versions == set(cited)


def test_it_has_what_the_repository_reads_beside_the_rooms(unpacked: Path) -> None:
    """Assignments, templates, and every notebook of the sample classes."""
    package = unpacked / "grader"
    sampled = [path for each in all_assignments() for path in each.sample_class]
    assert len(sampled) > 15
    for path in sampled:
        assert (package / "_reference" / path.relative_to(ROOT / "reference")).is_file()
    for path in (ROOT / "templates").rglob("*.j2"):
        assert (package / "_templates" / path.relative_to(ROOT / "templates")).is_file()
    assert not list(package.rglob("*.pyc"))


def test_an_empty_folder_is_enough_for_an_author(unpacked: Path, tmp_path: Path) -> None:
    """`--help`, `new`; what runs notebooks says what to install, in one line."""
    assert "grade" in said(unpacked, tmp_path, "--help")[1]
    status, told = said(unpacked, tmp_path, "new", "my-first-network")
    assert status == 0, told
    assert (tmp_path / "assignments" / "my-first-network" / "assignment.toml").is_file()
    status, told = said(unpacked, tmp_path, "demo", "--no-open")
    assert status == 2
    assert "pip install 'notebook-grader[grade]'" in told and "Traceback" not in told


@pytest.mark.parametrize("platform", ["gradescope", "coursera", "prairielearn", "github"])
def test_a_platform_is_packed_without_a_checkout(
    platform: str, unpacked: Path, tmp_path: Path
) -> None:
    """With the wheel that was downloaded; the requirements with hashes come with the program."""
    words = ("pack", platform, "-a", "digits-cnn")
    status, told = said(unpacked, tmp_path, *words)
    assert status == 2
    assert "pip download --no-deps notebook-grader" in told and "Traceback" not in told
    (wheel,) = unpacked.parent.glob("*.whl")
    status, told = said(unpacked, tmp_path, *words, "--wheel", str(wheel))
    assert status == 0, told
    page = Path(told.rpartition(": see ")[2].strip())
    assert page.is_relative_to(unpacked) and page.is_file()
    (lock,) = (tmp_path / "packs").rglob("requirements.lock")
    assert lock.read_bytes() == (ROOT / "requirements.lock").read_bytes()


@pytest.mark.tensorflow
def test_data_that_are_there_cannot_be_described_without_keras_and_that_is_a_line(
    unpacked: Path, tmp_path: Path
) -> None:
    """Weights of a machine that grades, seen by a host's side that was installed alone."""
    home = Path(os.environ.get("GRADER_HOME") or platformdirs.user_cache_dir("notebook-grader"))
    for command in (["doctor"], ["assets", "show"]):
        told = said(unpacked, tmp_path, *command, home=home)[1]
        assert "Keras is not installed" in told and "Traceback" not in told
