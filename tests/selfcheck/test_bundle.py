"""What students get has nothing hidden in it, and judges like the instructor's own."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from cli_calls import call
from evidence_samples import evidence
from PIL import Image
from samples import sample_evidence

from grader.assignment import folder as assignment
from grader.assignment.data import AssetStore
from grader.assignment.folder import Assignment, load_assignment
from grader.platforms.container.pack import build_wheel
from grader.records import Assets
from grader.records.errors import AssignmentError, GraderError
from grader.selfcheck.bundle import make_bundle
from grader.selfcheck.judged import judge_here

pytestmark = pytest.mark.slow

SECRET = "zq7hidden"  # noqa: S105 - no password: what must not be found
OURS = assignment.load_assignment("horses-vs-humans")
ROOT = Path(__file__).parents[2]
HIDDEN_TOML = f"""
[[objectives]]
id = "{SECRET}-objective"
title = "{SECRET}"

[[lessons]]
id = "{SECRET}-lesson"
title = "{SECRET}"

[[criteria]]
id = "{SECRET}-criterion"
title = "{SECRET} title"
points = 7
check = "{SECRET}_check"
visibility = "instructor"
why = "{SECRET} why"
hint = "{SECRET} hint"
objective = "{SECRET}-objective"
lessons = ["{SECRET}-lesson"]

[[misconceptions]]
id = "{SECRET}-misconception"
title = "{SECRET}"
next_step = "{SECRET}"
when = {{ "{SECRET}-criterion" = ["failed"] }}
"""
HIDDEN_CHECK = f"""

def {SECRET}_check(evidence):
    \"\"\"{SECRET}\"\"\"
    return passed("{SECRET}")
"""


@pytest.fixture
def secretive(tmp_path: Path) -> Assignment:
    """The assignment with things that are the instructor's in every place they can stand in."""
    folder = tmp_path / "assignments" / "horses-vs-humans"
    shutil.copytree(OURS.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    toml, checks = folder / "assignment.toml", folder / "checks.py"
    toml.write_text(f"# {SECRET} comment\n{toml.read_text()}{HIDDEN_TOML}")
    checks.write_text(checks.read_text() + HIDDEN_CHECK)
    for name in ("hidden/horses/a.png", "private/notes.md", "solution.ipynb", "cases/x.ipynb",
                 "expected.json", "labels.csv"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SECRET)
    return assignment.load_assignment(folder)


WEIGHTS = "model/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"


@pytest.fixture
def store(tmp_path: Path) -> AssetStore:
    """Images of every split, each with bytes of its own."""
    place = tmp_path / "assets"
    for number, split in enumerate(("train", "validation", "hidden")):
        for kind in ("horses", "humans"):
            path = place / split / kind / f"{number}.png"
            path.parent.mkdir(parents=True)
            Image.new("RGB", (4, 4), (number, ord(kind[1]), 9)).save(path)
    (place / "hidden" / "labels.csv").write_text(SECRET)
    (place / "train" / "horses" / "notes.txt").write_text(SECRET)
    (place / WEIGHTS).parent.mkdir()
    (place / WEIGHTS).write_bytes(b"weights")
    return AssetStore(
        root=place,
        student=place,
        hidden=place / "hidden",
        weights=place / WEIGHTS,
        base_graph=place / "base_graph.json",
        fingerprints=place / "fingerprints.json",
        record=Assets(kind="original", scale="full", sha256="0" * 64),
        hidden_kind="instructor's folder",
        recipe_epochs=2,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grader as it is installed elsewhere."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


def members(data: bytes, place: str = "") -> dict[str, bytes]:
    """Every file of a zip, also of those within it."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            found[place + name] = content
            if name.endswith((".zip", ".whl")):
                found |= members(content, f"{place}{name}!")
    return found


def test_nothing_hidden_is_in_it(
    secretive: Assignment, store: AssetStore, wheel: Path, tmp_path: Path
) -> None:
    """No secret word in any file or name, no hidden image by its bytes, whatever is put in."""
    out = tmp_path / "students.zip"
    make_bundle(secretive, out, store=store, wheel=wheel)
    found = members(out.read_bytes())
    for name, data in found.items():
        assert SECRET not in name
        assert SECRET.encode() not in data, name
    hidden = {hashlib.sha256(path.read_bytes()).hexdigest() for path in store.hidden.rglob("*.png")}
    assert len(hidden) == 2
    assert not hidden & {hashlib.sha256(data).hexdigest() for data in found.values()}
    assert not [name for name in found if "_assignments" in name]
    for word in ("hidden/", "private/", "solution", "cases/", "expected", "labels", "reference/"):
        assert not [name for name in found if word in name], word


def test_just_these_files_are_in_it(secretive: Assignment, tmp_path: Path) -> None:
    """A list: what is new in the assignment's folder does not come along by itself."""
    make_bundle(secretive, tmp_path / "students.zip")
    inside = "assignments/horses-vs-humans"
    assert sorted(members((tmp_path / "students.zip").read_bytes())) == [
        f"horses-vs-humans/{name}"
        for name in sorted(["README.md", "release-c.ipynb",
                            "unittests.py", f"{inside}/ask.py", f"{inside}/assignment.toml",
                            f"{inside}/checks.py", f"{inside}/data.toml",
                            f"{inside}/unittests.py",
                            f"{inside}/inside/tensorflow_datasets.py"])
    ]  # fmt: skip


def test_students_are_told_how_many_points_are_not_public(
    secretive: Assignment, tmp_path: Path
) -> None:
    """The README lists what counts; the rest is one number."""
    make_bundle(secretive, tmp_path / "students.zip")
    page = members((tmp_path / "students.zip").read_bytes())["horses-vs-humans/README.md"].decode()
    shown = [one for one in OURS.criteria if one.visibility == "visible"]
    assert all(f"| {one.title} | {one.points:g} |" in page for one in shown)
    assert "7 more points are decided by criteria that are not public." in page
    assert 'grader.check("train_val_datasets")' in page
    assert "on your own images" in page and "hidden images, which are not" in page


def test_students_get_one_notebook_and_commands_that_fit_it(tmp_path: Path) -> None:
    """Of the last revision, or of the one that is named; flat code has no function to check."""
    for revision, names, command in (
        ("", ["release-c.ipynb"], 'grader.check("train_val_datasets")'),
        ("b", ["release-b.ipynb"], 'grader.check("train_val_generators")'),
        ("a", ["release-a.ipynb"], "grader.check()"),
    ):
        make_bundle(OURS, tmp_path / "students.zip", revision=revision)
        files = members((tmp_path / "students.zip").read_bytes())
        page = files["horses-vs-humans/README.md"].decode()
        assert [Path(name).name for name in files if name.endswith(".ipynb")] == names
        assert f"Your notebook is `{names[0]}`." in page and command in page
    with pytest.raises(AssignmentError, match="no revision 'z'"):
        make_bundle(OURS, tmp_path / "students.zip", revision="z")


def test_the_words_for_students_fit_the_data(tmp_path: Path) -> None:
    """Arrays are no images; where nothing is measured, nothing is said of it."""
    digits = load_assignment("digits-cnn")
    make_bundle(digits, tmp_path / "a.zip")
    page = members((tmp_path / "a.zip").read_bytes())["digits-cnn/README.md"].decode()
    assert "on your own data" in page and "image" not in page.partition("## What counts")[0]
    make_bundle(digits.model_copy(update={"recipe": None}), tmp_path / "b.zip")
    page = members((tmp_path / "b.zip").read_bytes())["digits-cnn/README.md"].decode()
    assert "--accuracy" not in page and "hidden" not in page.partition("## What counts")[0]


def test_images_and_weights_lie_where_the_notebook_looks(
    secretive: Assignment, store: AssetStore, tmp_path: Path
) -> None:
    """`data/train/horses/…`, `model/…`; equal inputs give equal bytes."""
    for name in ("a.zip", "b.zip"):
        make_bundle(secretive, tmp_path / name, store=store)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    names = members((tmp_path / "a.zip").read_bytes())
    for name in ("data/train/horses/0.png", "data/validation/humans/1.png", WEIGHTS):
        assert f"horses-vs-humans/{name}" in names
    assert not [name for name in names if name.endswith("2.png")]


def test_the_students_copy_judges_like_the_instructors(
    secretive: Assignment, tmp_path: Path
) -> None:
    """Unpacked and loaded: the same verdicts word by word, the hidden points named."""
    make_bundle(secretive, tmp_path / "students.zip")
    with zipfile.ZipFile(tmp_path / "students.zip") as archive:
        archive.extractall(tmp_path / "desk")
    theirs = assignment.load_assignment(
        tmp_path / "desk/horses-vs-humans/assignments/horses-vs-humans"
    )
    assert theirs.hidden_points == 7
    for name, one in sample_evidence().items():
        alone = one.model_copy(update={"measured": None})
        here, there = judge_here(theirs, alone), judge_here(secretive, alone)
        assert here.grade.verdicts == there.grade.verdicts, name
        assert here.said == there.said
    assert "7 more points" in " ".join(judge_here(theirs, evidence(measured=None)).said)


def test_a_wheel_for_students_can_be_installed_without_assignments(
    wheel: Path, tmp_path: Path
) -> None:
    """Its record names just the files that are in it."""
    make_bundle(OURS, tmp_path / "students.zip", wheel=wheel)
    name = f"horses-vs-humans/{wheel.name}"
    inner = members(members((tmp_path / "students.zip").read_bytes())[name])
    record = next(data for path, data in inner.items() if path.endswith(".dist-info/RECORD"))
    listed = {line.split(",")[0] for line in record.decode().splitlines()}
    assert listed == set(inner)


def test_what_cannot_be_bundled_is_said(tmp_path: Path) -> None:
    """No release notebook; a wheel that is none."""
    bare = OURS.model_copy(update={"folder": tmp_path})
    with pytest.raises(AssignmentError, match="no release notebook"):
        make_bundle(bare, tmp_path / "x.zip")
    (tmp_path / "no.whl").write_text("no zip")
    with pytest.raises(GraderError, match="no wheel"):
        make_bundle(OURS, tmp_path / "x.zip", wheel=tmp_path / "no.whl")
    assert not (tmp_path / "x.zip").exists()


def test_the_command_says_what_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line: the file, how many files are in it, how large it is; it need not be named."""
    monkeypatch.chdir(tmp_path)
    assert call("bundle", OURS.folder)[0] == 0
    assert (tmp_path / "horses-vs-humans-students.zip").is_file()
    status, text = call("bundle", "horses-vs-humans", tmp_path / "s.zip")
    assert status == 0
    assert "9 files" in text
    assert "--data" in text and "--wheel" in text
