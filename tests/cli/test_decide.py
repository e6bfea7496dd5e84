"""What people decide by hand: `override` and its like, kept over re-grades, and `--what-if`."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import call
from evidence_samples import evidence, final
from platform_cases import ATTEMPT, copy_of_runs
from platform_files import contents

from grader.assignment import folder as assignment
from grader.judge.decisions.files import TRAIL, standing, trail
from grader.pipeline.judge_again import judge_stored
from grader.pipeline.publish import DECIDED
from grader.records import CellRun, Grade, Run, store

RUBRIC = assignment.load_assignment("horses-vs-humans").folder / "assignment.toml"


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """One submission with its evidence, judged; its folder."""
    folder = tmp_path / "runs" / "horses-vs-humans" / "ada"
    store.save(folder / ATTEMPT / "evidence.json", evidence())
    judge_stored(
        folder / ATTEMPT, {"horses-vs-humans": assignment.load_assignment("horses-vs-humans")}
    )
    return folder


@pytest.mark.slow
def test_a_decision_is_in_every_report_after_a_re_grade(judged: Path) -> None:
    """`grader judge` writes the judge's grade anew; reports and class keep the person's word."""
    status, text = call("override", judged, "dropout", 1, "--why", "agreed by mail", "--by", "ta")
    assert status == 0
    before = store.load(judged / ATTEMPT / "grade.json", Grade)
    assert before is not None
    _, text = call("judge", judged.parent)
    assert "points of 0 changed" in text
    after = store.load(judged / ATTEMPT / "grade.json", Grade)
    assert after == before
    assert "agreed by mail" in (judged / ATTEMPT / "report.html").read_text()
    decided = store.load(judged / ATTEMPT / DECIDED, Grade)
    assert decided is not None
    assert decided.points == before.points - 7
    assert (decided.adjustments[0].by, decided.adjustments[0].after) == ("ta", 1)
    _, text = call("show", judged)
    assert f"{decided.points:g} of 100" in text


@pytest.mark.slow
def test_each_hand_adds_a_line_and_withdrawing_gives_back(judged: Path) -> None:
    """The trail keeps who, when and why of everything, also of what no longer holds."""
    before = (judged / ATTEMPT / "report.txt").read_text()
    _, text = call("override", judged, "total", 812, "--why", "typing error", "--by", "ta")
    assert "712 more than there are" in text
    call("override", judged, "total", 12, "--why", "typing error", "--by", "ta")
    call("comment", judged, "See me on Monday.", "--by", "ta")
    assert call("comment", judged, " ")[0] == 2
    call("exempt", judged, "--why", "other course", "--by", "ta")
    status, text = call("release", judged, "--why", "looked at it", "--by", "ta")
    assert status == 2 and "is not held" in text
    text = (judged / ATTEMPT / "report.txt").read_text()
    assert "See me on Monday." in text
    for what in ("total", "comment", "exempt"):
        assert call("withdraw", judged, what, "--why", "a mix-up", "--by", "ta")[0] == 0
    lines = trail(judged)
    assert [one.kind for one in lines] == ["total", "total", "comment", "exempt"] + ["withdraw"] * 3
    assert all(one.by == "ta" and one.at for one in lines)
    status, text = call("withdraw", judged, "release", "--by", "ta")
    assert status == 2 and "no release to take back" in text and "comment, exempt, total" in text
    assert (judged / ATTEMPT / "report.txt").read_text() == before
    assert not (judged / ATTEMPT / DECIDED).exists()


@pytest.mark.slow
def test_a_file_of_decisions_beside_the_class_always_counts(judged: Path) -> None:
    """Without naming it: judging, showing and sending read it; the trail has the later word."""
    (judged.parent / "decisions.toml").write_text(
        "[policy]\ndue = 2026-05-01T12:00:00Z\nper_day = 0.5\n"
        '[[submission]]\nid = "ada"\nsubmitted_at = 2026-05-01T13:00:00Z\n'
        'override = [{criterion = "dropout", points = 2, why = "x"}]\n'
    )
    call("judge", judged.parent)
    assert "1 day late" in (judged / ATTEMPT / "report.txt").read_text()
    ours = store.load(judged / ATTEMPT / DECIDED, Grade)
    assert ours is not None
    assert ours.points == (100 - 6) / 2
    call("override", judged, "dropout", 8, "--why", "y")
    assert (decided := store.load(judged / ATTEMPT / DECIDED, Grade)) and decided.points == 50
    _, text = call("send", judged.parent, "--to", "plain")
    assert "50/100" in text
    comment = judged.parent / "decisions.toml"
    comment.write_text(f'{comment.read_text()}comment = "Only once."\n')
    call("send", judged.parent, "--to", "plain", "--overrides", comment)
    assert (judged / ATTEMPT / "report.txt").read_text().count("Only once.") == 1
    (judged.parent / "decisions.csv").write_text("submission,kind\n")
    status, text = call("judge", judged.parent)
    assert (status, "Keep one of them" in text) == (2, True)


def test_without_a_file_nothing_is_decided(tmp_path: Path) -> None:
    """An empty folder is no mistake."""
    assert standing(tmp_path).overrides == ()


def bob_beside(judged: Path) -> None:
    """A second submission, whose notebook stops at an error and whose model has no metric."""
    folder = judged.parent / "bob"
    named = evidence().submission.model_copy(update={"id": "bob"})
    stopped = CellRun(index=2, status="error", error="NameError: x")
    run = Run(status="student_error", tier="bubblewrap", cells=(stopped,))
    graphs = {**evidence().graphs, "final": final(metrics=())}
    other = evidence(submission=named, run=run, graphs=graphs)
    store.save(folder / ATTEMPT / "evidence.json", other)
    judge_stored(
        folder / ATTEMPT, {"horses-vs-humans": assignment.load_assignment("horses-vs-humans")}
    )


@pytest.mark.slow
def test_the_class_page_and_sheet_have_the_decisions_too(judged: Path) -> None:
    """After a re-grade as well; a second table of points would be one too many."""
    bob_beside(judged)
    call("override", judged.parent / "bob", "total", 55.5, "--why", "spoke with them")
    _, text = call("exempt", judged, "--why", "moved")
    assert "exempt: no number is sent" in text
    assert "exempt" in call("show", judged)[1] and "100/100" not in call("show", judged.parent)[1]
    _, text = call("comment", judged.parent / "bob", "Come to the lab.", "--by", "ta")
    assert "bob: 55.5 → " not in text
    assert " dropout " in call("show", judged.parent / "bob")[1]
    call("judge", judged.parent)
    sheet = (judged.parent / "grades.csv").read_text().splitlines()
    (bob,) = [line for line in sheet if line.startswith("bob")]
    assert "55.5" in bob
    (ada,) = [line for line in sheet if line.startswith("ada")]
    assert "100" not in ada.split(",")[1:3]
    assert "55.5" in (judged.parent / "batch.html").read_text()


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    """A copy of the rubric with other words in it."""
    text = RUBRIC.read_text()
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "rubric.toml"
    path.write_text(text)
    return path


def test_what_if_says_who_gains_and_loses_and_writes_nothing(judged: Path, tmp_path: Path) -> None:
    """The criteria that moved are named; every file stays as it is, byte for byte."""
    bob_beside(judged)
    before = contents(tmp_path / "runs")
    toml = RUBRIC.read_text()
    place = toml.index('id = "metric"')
    more = toml[:place] + toml[place:].replace("points = 2", "points = 12", 1)
    less = more.index('id = "dropout"')
    rubric = tmp_path / "rubric.toml"
    rubric.write_text(more[:less] + more[less:].replace("points = 8", "points = 4", 1))
    status, text = call("judge", judged.parent, "--what-if", rubric)
    assert status == 0
    assert "0 gain, 1 lose, 1 keep" in text, "106 of 106 is no more than 100 of 100"
    assert "The total would be 106, no longer 100" in text
    assert "metric 2→12" in text
    assert "8→4" in text
    assert "of 106 then" in text
    assert text.index("bob") < text.index("ada"), "who loses comes first"
    assert "Nothing was written." in text
    assert contents(tmp_path / "runs") == before


def test_what_if_tells_what_it_cannot_tell(judged: Path, tmp_path: Path) -> None:
    """Another recipe or other limits need new runs; equal rubrics change nothing."""
    same = changed(tmp_path)
    assert "0 gain, 0 lose, 1 keep" in call("judge", judged.parent, "--what-if", same)[1]
    other = changed(
        tmp_path, ("batch_size = 32", "batch_size = 16"), ("wall_s = 900", "wall_s = 9")
    )
    _, text = call("judge", judged.parent, "--what-if", other)
    assert "measures again" in text
    assert "needs new runs" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--what-if", "RUNS/none.toml"), "no file"),
        (("--what-if", "RUNS/bad.toml"), "bad.toml"),
        (("--what-if", "RUNS/unknown.toml"), "no_such_check"),
    ],
)
def test_a_mistake_in_the_rubric_is_named(
    words: tuple[str, str], message: str, judged: Path
) -> None:
    """File and key; nothing is judged."""
    runs = judged.parent
    (runs / "bad.toml").write_text("title = \n")
    (runs / "unknown.toml").write_text(
        RUBRIC.read_text().replace('check = "runs_to_the_end"', 'check = "no_such_check"')
    )
    status, text = call("judge", runs, *(word.replace("RUNS", str(runs)) for word in words))
    assert status == 2
    assert message in " ".join(text.split())


def test_what_is_no_decision_is_refused(tmp_path: Path) -> None:
    """An unknown kind, a negative number of points: one line, nothing in the trail."""
    runs = copy_of_runs(tmp_path)
    assert call("withdraw", runs / "perfect", "everything")[0] == 2
    assert call("override", runs / "perfect", "cut", "-3", "--why", "x")[0] == 2
    assert call("override", runs / "perfect", "cut", "3", "--why", " ")[0] == 2
    assert not (runs / "perfect" / TRAIL).exists()
