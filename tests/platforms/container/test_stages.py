"""Partial files after every stage, our own deadline, and packs that fit their platforms."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from platform_cases import one
from validators import VALIDATORS

from grader.assignment import folder as assignment
from grader.assignment.folder import Assignment
from grader.platforms.container import pack
from grader.platforms.container.coursera import read_parts
from grader.platforms.container.platform import Stages, own_limit_s, unfinished
from grader.platforms.registry import CONTAINERS, find_container
from grader.records.errors import PlatformError

EACH = pytest.mark.parametrize("name", sorted(CONTAINERS))


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("limit", "own"), [(600, 540), (1200, 1140), (30, 27), (300, 270), (3600, 3540), (0.5, 1)]
)
def test_we_end_before_the_platform_does(limit: float, own: float) -> None:
    """A minute, or a tenth of a short limit, is left for writing."""
    assert own_limit_s(limit) == own


def test_the_time_left_counts_down() -> None:
    """To nothing, never below."""
    clock = Clock()
    stages = Stages(find_container("gradescope"), {}, limit_s=100, clock=clock)
    clock.now += 40
    assert stages.left_s() == 50
    clock.now += 90
    assert stages.left_s() == 0


@EACH
def test_a_partial_file_is_valid_and_says_so(name: str, tmp_path: Path) -> None:
    """The criteria that were decided count; the one that was not is no 0 of the student's."""
    stages = Stages(find_container(name), {"out": str(tmp_path / "out")})
    receipt = stages.after("run", one("held"), tmp_path)
    assert receipt is not None
    assert receipt.exit_status == 0
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert VALIDATORS[name](files) == []
    assert b"cut short" in b"".join(files.values())


@EACH
def test_the_end_replaces_the_partial_file(name: str, tmp_path: Path) -> None:
    """By the whole grade; or by nothing that is a number, when it turns out to be held."""
    out = tmp_path / "out"
    stages = Stages(find_container(name), {"out": str(out)})
    stages.after("run", one("held"), tmp_path)
    stages.finish(one("perfect"), tmp_path)
    assert b"cut short" not in b"".join(path.read_bytes() for path in out.iterdir())
    assert stages.finish(one("held"), tmp_path).exit_status == 1
    left = {path.name: path.read_bytes() for path in out.iterdir()}
    assert not {"feedback.json", "github_output.txt"} & set(left)
    assert b'"score"' not in left.get("results.json", b"")


@EACH
def test_where_nothing_was_decided_nothing_is_written(name: str, tmp_path: Path) -> None:
    """A fault of ours, or every check in error: no file, so no zero."""
    grade = one("held")
    ours = grade.model_copy(update={"run": grade.run.model_copy(update={"party": "ours"})})
    stages = Stages(find_container(name), {"out": str(tmp_path / "out")})
    assert stages.after("run", ours, tmp_path) is None
    errors = [v.model_copy(update={"status": "error"}) for v in grade.verdicts]
    assert unfinished(grade.model_copy(update={"verdicts": tuple(errors)})) is None
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def ours() -> Assignment:
    """The assignment that is here."""
    return assignment.load_assignment("horses-vs-humans")


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Path]:
    """A wheel and a lock file, to be copied and not looked at."""
    wheel, lock = (
        tmp_path / "notebook_grader-0.1.0-py3-none-any.whl",
        tmp_path / "requirements.lock",
    )
    wheel.write_bytes(b"wheel")
    lock.write_text("x==1 --hash=sha256:00\n")
    return {"wheel": wheel, "lock": lock}


@EACH
def test_a_pack_has_no_placeholder_left(
    name: str, ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """And every script in it is one that a shell can read."""
    pack.pack_container(name, ours, tmp_path / "packs", **parts)
    folder = tmp_path / "packs" / f"{name}-horses-vs-humans"
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".whl", ".ipynb"):
            assert "@@{" not in path.read_text(), path.name
        if path.name in pack.EXECUTABLE:
            subprocess.run(["bash", "-n", str(path)], check=True, timeout=20)
            assert os.access(path, os.X_OK)
    assert list(folder.rglob("assignment.toml"))
    assert not list(folder.rglob("__pycache__"))


def test_gradescopes_zip_holds_the_files_and_not_their_folder(
    ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """`setup.sh` and `run_autograder` at the root, executable, with `#!`; twice the same bytes."""
    target = pack.pack_container("gradescope", ours, tmp_path / "a", **parts, timeout_s=1200)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        for script in ("setup.sh", "run_autograder"):
            assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
            assert archive.getinfo(script).external_attr >> 16 & 0o111
        assert b"GRADER_TIMEOUT_S=1200" in archive.read("run_autograder")
    assert "requirements.lock" in names
    again = pack.pack_container("gradescope", ours, tmp_path / "b", **parts, timeout_s=1200)
    assert target.read_bytes() == again.read_bytes()


def test_prairielearns_info_is_of_its_schema(
    ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """Only the keys that externalGradingOptions knows, within its limits."""
    folder = pack.pack_container("prairielearn", ours, tmp_path, **parts, timeout_s=300)
    options = json.loads((folder / "info.json").read_text())["externalGradingOptions"]
    known = {
        "image",
        "entrypoint",
        "serverFilesCourse",
        "timeout",
        "enableNetworking",
        "environment",
    }
    assert set(options) <= known
    assert (options["timeout"], options["enableNetworking"]) == (300, False)


def test_courseras_first_parts_file_names_every_criterion(
    ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """One part to be split; it can be read as it is."""
    pack.pack_container("coursera", ours, tmp_path, **parts)
    found = read_parts(tmp_path / "coursera-horses-vs-humans" / "parts.toml")
    (part,) = found.values()
    assert part.criteria == tuple(criterion.id for criterion in ours.criteria)


@pytest.mark.parametrize(("name", "limit"), [("gradescope", 3000), ("coursera", 200),
                                             ("prairielearn", 601), ("vocareum", 100)])  # fmt: skip
def test_what_a_platform_does_not_allow_is_refused(
    name: str, limit: int, ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """Longer than it lets an instructor set, shorter, or no such platform."""
    with pytest.raises(PlatformError, match=name):
        pack.pack_container(name, ours, tmp_path / "packs", **parts, timeout_s=limit)


def test_words_for_the_build_cannot_become_commands(
    ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """They stand in a shell script and in Dockerfiles."""
    with pytest.raises(PlatformError, match="cannot follow"):
        pack.pack_container("gradescope", ours, tmp_path, **parts, assets="make; rm -rf /")
    with pytest.raises(PlatformError, match="does not exist"):
        pack.pack_container(
            "gradescope", ours, tmp_path, wheel=tmp_path / "no.whl", lock=parts["lock"]
        )


@EACH
def test_packages_and_data_can_come_along(
    name: str, ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """Then the build asks no index and makes no data: every script looks for the folders."""
    for folder in ("packages", "stand-in"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one").write_text("1")
    extra = {"wheelhouse": tmp_path / "packages", "home/assets/x": tmp_path / "stand-in"}
    pack.pack_container(name, ours, tmp_path / "packs", **parts, extra=extra)
    folder = tmp_path / "packs" / f"{name}-horses-vs-humans"
    assert len(list(folder.rglob("wheelhouse/one"))) == 1
    assert len(list(folder.rglob("home/assets/x/one"))) == 1
    scripts = "".join(
        path.read_text()
        for path in folder.rglob("*")
        if path.name in ("setup.sh", "Dockerfile", "classroom.yml")
    )
    assert "--no-index --find-links wheelhouse" in scripts
    assert scripts.count("-d wheelhouse") == 1
    assert "home ]" in scripts


@EACH
def test_no_pack_holds_a_solution(
    name: str, ours: Assignment, parts: dict[str, Path], tmp_path: Path
) -> None:
    """They lie beside the assignments; a pack may be a student's own repository."""
    solutions = {path.read_bytes() for path in ours.reference.glob("solution*.ipynb")}
    assert solutions
    pack.pack_container(name, ours, tmp_path, **parts)
    packed = [path for path in (tmp_path / f"{name}-{ours.slug}").rglob("*") if path.is_file()]
    assert packed
    assert not [path for path in packed if path.read_bytes() in solutions]
