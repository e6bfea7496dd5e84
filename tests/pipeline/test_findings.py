"""Findings are kept beside the evidence, and never used for another evidence or other code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import sample_evidence

from grader.assignment import folder as assignments
from grader.assignment.folder import Assignment
from grader.assignment.tables import Criterion
from grader.judge.checks.finding import failed, passed
from grader.judge.findings import Asked
from grader.judge.grade import judge
from grader.pipeline import findings as pipeline_findings
from grader.pipeline.findings import FILE, LIGHT, Found, KeptFindings, outline
from grader.pipeline.judged import finish, regrade
from grader.records import Evidence, Finding, store
from grader.records.errors import MissingEvidence, NotMeasured

EVIDENCE = sample_evidence()
MISTAKEN = next(name for name, one in EVIDENCE.items() if one.graphs and one.measured)


@pytest.fixture
def rubric(tmp_path: Path) -> Assignment:
    """A copy of the assignment that a test may change."""
    return loaded(
        shutil.copytree(assignments.load_assignment("horses-vs-humans").folder, tmp_path / "rubric")
    )


def loaded(folder: Path) -> Assignment:
    return assignments.load_assignment(folder)


def rewritten(rubric: Assignment, file: str, before: str, after: str) -> Assignment:
    path = rubric.folder / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return loaded(rubric.folder)


@pytest.fixture
def attempt(tmp_path: Path, rubric: Assignment) -> Path:
    """An attempt that was judged once."""
    folder = tmp_path / "runs" / "ada" / "0123456789ab"
    store.save(folder / "evidence.json", EVIDENCE[MISTAKEN])
    finish(folder, rubric)
    return folder


def asked_again(attempt: Path, rubric: Assignment) -> list[str]:
    """Names of the checks that judging once more runs."""
    run: list[str] = []

    def noted(name: str) -> Callable[..., Finding]:
        def check(evidence: Evidence, **arguments: object) -> Finding:
            run.append(name)
            return rubric.checks[name](evidence, **arguments)

        return check

    checks = {one.check: noted(one.check) for one in rubric.criteria}
    regrade(attempt, rubric.model_copy(update={"checks": {**rubric.checks, **checks}}))
    return run


@pytest.mark.parametrize("name", EVIDENCE)
def test_the_grade_is_the_one_that_all_checks_give(name: str, tmp_path: Path) -> None:
    """Of what is judged the first time, and again from what was kept."""
    rubric = assignments.load_assignment("horses-vs-humans")
    store.save(tmp_path / "evidence.json", EVIDENCE[name])
    right = judge(rubric, EVIDENCE[name])
    for _ in range(2):
        findings = KeptFindings(tmp_path, rubric)
        assert judge(rubric, findings.evidence, findings) == right
        findings.keep()


def test_other_points_and_words_run_no_check(attempt: Path, rubric: Assignment) -> None:
    before = regrade(attempt, rubric)
    dearer = rewritten(rubric, "assignment.toml", "points = 8\n", "points = 16\n")
    assert asked_again(attempt, dearer) == []
    assert regrade(attempt, dearer).max_points == before.max_points + 8


def test_another_argument_runs_that_check_alone(attempt: Path, rubric: Assignment) -> None:
    stricter = rewritten(rubric, "assignment.toml", "threshold = 0.9,", "threshold = 0.999,")
    assert asked_again(attempt, stricter) == ["accuracy_at_least"]
    assert regrade(attempt, stricter) == regrade(attempt, stricter)
    assert asked_again(attempt, stricter) == []


def test_another_threshold_reads_no_evidence(
    attempt: Path, rubric: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another check of that name is asked about the whole of it."""
    right = regrade(attempt, rubric)
    stricter = rewritten(rubric, "assignment.toml", "threshold = 0.9,", "threshold = 0.999,")
    (attempt / "grade.json").unlink()
    whole = Evidence.model_validate_json((attempt / "evidence.json").read_bytes())
    monkeypatch.setattr(KeptFindings, "_whole", refused)
    assert regrade(attempt, stricter).points < right.points
    monkeypatch.undo()
    own = {**stricter.checks, "accuracy_at_least": lambda one, **_: (
        passed("whole") if one == whole else failed("less"))}  # fmt: skip
    (attempt / FILE).unlink()
    assert regrade(attempt, stricter.model_copy(update={"checks": own})).points == right.points


def refused(*_: object) -> None:
    raise AssertionError("the evidence was read")


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_light_check_finds_the_same_in_what_is_kept(name: str, rubric: Assignment) -> None:
    """So it looks at nothing that is left out."""
    whole, kept = EVIDENCE[name], outline(EVIDENCE[name])
    criteria = [one for one in rubric.criteria if rubric.checks[one.check] in LIGHT]
    assert criteria
    for criterion in criteria:
        said = [asked(rubric, evidence, criterion) for evidence in (whole, kept)]
        assert said[0] == said[1]


def asked(rubric: Assignment, evidence: Evidence, criterion: Criterion) -> object:
    try:
        return Asked(rubric, evidence).of(criterion)
    except (MissingEvidence, NotMeasured, RuntimeError) as problem:
        return type(problem), str(problem)


def test_other_code_of_the_checks_runs_all_of_them(attempt: Path, rubric: Assignment) -> None:
    changed = rewritten(rubric, "checks.py", '"""', '"""Anew. ')
    assert "accuracy_at_least" in asked_again(attempt, changed)


def test_other_code_of_the_grader_runs_all_of_them(
    attempt: Path, rubric: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_findings, "code_sha256", lambda *_: "0" * 64)
    assert "accuracy_at_least" in asked_again(attempt, rubric)


def test_other_evidence_runs_all_of_them(attempt: Path, rubric: Assignment) -> None:
    other = EVIDENCE[MISTAKEN].model_copy(update={"measured": None})
    store.save(attempt / "evidence.json", other)
    assert "accuracy_at_least" in asked_again(attempt, rubric)
    assert regrade(attempt, rubric).verdicts == judge(rubric, other).verdicts


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1, "key": "x"}', "null"])
def test_a_damaged_file_is_made_anew(text: str, attempt: Path, rubric: Assignment) -> None:
    (attempt / FILE).write_text(text)
    assert "accuracy_at_least" in asked_again(attempt, rubric)
    assert asked_again(attempt, rubric) == []


def test_a_fault_of_a_check_is_not_kept(attempt: Path, rubric: Assignment) -> None:
    """A mended grader has other code; but no fault may outlive the process that had it."""
    (attempt / FILE).unlink()

    def broken(evidence: Evidence, **arguments: object) -> Finding:
        raise ZeroDivisionError

    faulty = {**rubric.checks, "accuracy_at_least": broken}
    assert regrade(attempt, rubric.model_copy(update={"checks": faulty})).held
    assert asked_again(attempt, rubric) == ["accuracy_at_least"]
    assert regrade(attempt, rubric).verdicts == judge(rubric, EVIDENCE[MISTAKEN]).verdicts


def test_a_full_disk_costs_only_the_saving(
    attempt: Path, rubric: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    (attempt / FILE).unlink()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline_findings, "write_atomically", full)
    assert regrade(attempt, rubric).verdicts == judge(rubric, EVIDENCE[MISTAKEN]).verdicts
    assert not (attempt / FILE).exists()


def test_only_what_the_judge_reads_is_kept(attempt: Path) -> None:
    """A tenth of the evidence: no layer of a graph, no weights, no hidden input."""
    found = store.load(attempt / FILE, Found)
    assert found is not None
    assert found.evidence == outline(EVIDENCE[MISTAKEN])
    assert not any(graph.layers for graph in found.evidence.graphs.values())
    assert found.evidence.asked is None and not found.evidence.weights
