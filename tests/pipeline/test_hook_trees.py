"""Packs unpacked and run as their platforms do, under the tier that works in a container."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import hook_program
import pytest
import tiny_assignment
from validators import VALIDATORS

from grader.assignment import folder as assignment
from grader.platforms.container import pack
from grader.records import Grade, home
from grader.records.store import attempts, load

pytestmark = [pytest.mark.sandbox, pytest.mark.tensorflow, pytest.mark.timeout(300)]
REFERENCE = Path(__file__).parents[2] / "reference" / "horses-vs-humans"
PARTS = ("dAtA1", "bAsE2", "cUt03", "fInA4")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """All packs; the wheel in them is not installed, the tests run what is installed here."""
    wheel, lock = tmp_path / "notebook_grader-0-py3-none-any.whl", tmp_path / "requirements.lock"
    wheel.write_bytes(b"wheel")
    lock.write_text("x==1 --hash=sha256:00\n")
    ours = assignment.load_assignment("horses-vs-humans")
    for name in ("gradescope", "coursera", "prairielearn", "github"):
        pack.pack_container(name, ours, tmp_path / "packs", wheel=wheel, lock=lock)
    return tmp_path / "packs"


def run(argv: list[str], cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """As in a container: Landlock, few variables, the data that lie here."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(cwd),
        "GRADER_HOME": str(home()),
        "GRADER_SANDBOX": "landlock",
        **more,
    }
    return subprocess.run(
        argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def rooted(text: str, place: str, root: Path) -> str:
    """A script with the platform's place moved to a temporary root."""
    return text.replace(place, str(root)).replace(f"GRADER_HOME={root}/home", "x=1")


def graded(runs: Path) -> Grade:
    (attempt,) = attempts(runs)
    grade = load(attempt / "grade.json", Grade)
    assert grade is not None
    assert grade.provenance.tier == "landlock"
    return grade


def test_gradescope(packs: Path, tmp_path: Path) -> None:
    """`run_autograder` out of the zip, in a tree like /autograder: all points of the solution."""
    root = tmp_path / "autograder"
    for folder in ("submission", "results", "source", "venv/bin"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(packs / "gradescope-horses-vs-humans.zip") as archive:
        archive.extractall(root / "source")
    (root / "venv/bin/grader").symlink_to(Path(sys.executable).parent / "grader")
    script = rooted((root / "source/run_autograder").read_text(), "/autograder", root)
    words = f"--submission {root}/submission --option out={root}/results"
    (root / "run_autograder").write_text(f"{script.rstrip()} {words}\n")
    (root / "submission/My homework (2).ipynb").write_bytes(
        (REFERENCE / "solution.ipynb").read_bytes()
    )
    done = run(["bash", str(root / "run_autograder")], root)
    assert done.returncode == 0, done.stderr[-500:]
    files = {path.name: path.read_bytes() for path in (root / "results").iterdir()}
    assert VALIDATORS["gradescope"](files) == []
    value = json.loads(files["results.json"])
    assert value["score"] == graded(root / "runs").points == 100
    assert value["extra_data"]["complete"] is True


def test_coursera(packs: Path, tmp_path: Path) -> None:
    """Four parts of one submission: run once for the first, shares by the parts' own criteria."""
    shared = tmp_path / "shared"
    (shared / "submission").mkdir(parents=True)
    case = REFERENCE / "cases" / "dropout-before-dense.ipynb"
    (shared / "submission/submission.ipynb").write_bytes(case.read_bytes())
    place = packs / "coursera-horses-vs-humans"
    shares = {}
    (tmp_path / "parts.toml").write_text(hook_program.PARTS)
    for part in PARTS:
        argv = ["grader", "hook", "coursera", "--assignment",
                str(place / "assignments/horses-vs-humans"), "--out", str(tmp_path / "runs"),
                "--submission", str(shared / "submission"), "--option", f"out={shared}",
                "--option", f"parts={tmp_path / 'parts.toml'}"]  # fmt: skip
        done = run(argv, shared, partId=part)
        assert done.returncode == 0, done.stderr[-500:]
        files = {path.name: path.read_bytes() for path in shared.iterdir() if path.is_file()}
        assert VALIDATORS["coursera"](files) == []
        assert len(files["htmlFeedback.html"]) < 100_000
        shares[part] = json.loads(files["feedback.json"])["fractionalScore"]
    assert [shares[part] for part in PARTS[:3]] == [1, 1, 1]
    assert 0 < shares["fInA4"] < 1
    assert 90 < graded(tmp_path / "runs").points < 100


def test_prairielearn_and_github(packs: Path, tmp_path: Path) -> None:
    """Their scripts as they are packed; a notebook that only calls is quickly looked at."""
    empty = tiny_assignment.notebook(*hook_program.CALLS)
    grade = tmp_path / "grade"
    (grade / "student").mkdir(parents=True)
    (grade / "student/submission.ipynb").write_text(empty)
    script = (packs / "prairielearn-horses-vs-humans/entrypoint.sh").read_text()
    script = (
        rooted(script, "/grade/results", grade / "results")
        .replace(
            "--out /tmp/runs",
            f"--out {tmp_path}/runs --submission {grade}/student --option out={grade}/results",
        )
        .replace("/grader/assignments", str(packs / "prairielearn-horses-vs-humans/assignments"))
    )
    (grade / "entrypoint.sh").write_text(script)
    assert run(["bash", str(grade / "entrypoint.sh")], grade).returncode == 0
    files = {path.name: path.read_bytes() for path in (grade / "results").iterdir()}
    assert VALIDATORS["prairielearn"](files) == []
    repository = tmp_path / "repository"
    (repository / "week3").mkdir(parents=True)
    (repository / "week3/my.ipynb").write_text(empty)
    (packs / "github-horses-vs-humans/.github").rename(repository / ".github")
    workflow = (repository / ".github/workflows/classroom.yml").read_text()
    step = workflow[workflow.index("status=0") : workflow.index("# Runs only")]
    variables = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = run(["bash", "-e", "-c", step], repository, RUNNER_TEMP=str(tmp_path), **variables)
    assert done.returncode == 0, done.stderr[-500:]
    assert "file=week3/my.ipynb" in done.stdout
    files = {path.name: path.read_bytes() for path in (tmp_path / "grading").iterdir()}
    assert VALIDATORS["github"](files) == []
    assert Path(variables["GITHUB_OUTPUT"]).read_bytes() == files["github_output.txt"]
    assert Path(variables["GITHUB_STEP_SUMMARY"]).read_bytes() == files["step_summary.md"]
