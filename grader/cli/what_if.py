"""What `grader judge --what-if` does: the class under another rubric, and nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.assignment import Assignment, load_assignment
from grader.cli.chosen import GRADED, HELD, find_assignment
from grader.judge import judge
from grader.judge.decisions import decided
from grader.pipeline import stored_evidence
from grader.records import AssignmentError, Grade, GraderError, attempts, load

MEASURED_THEN = (
    "This rubric also changes how models are trained. Accuracies stand here as they were measured "
    "by the old recipe; `grader grade` measures again."
)
ASKED_THEN = (
    "This rubric also changes limits, links or revisions. That needs new runs; here only the "
    "criteria are compared."
)


@dataclass(frozen=True)
class Pair:
    """One submission under the rubric of now and under the other one."""

    now: Grade
    then: Grade

    @property
    def change(self) -> float:
        """Points won (or lost, below 0); 0 where one of the two is held and has no number."""
        if self.now.held or self.then.held:
            return 0.0
        return round(self.then.points - self.now.points, 4)

    @property
    def differs(self) -> bool:
        """Whether anybody would see another number."""
        most = self.now.max_points != self.then.max_points
        return bool(self.change) or self.now.held != self.then.held or most


def compare(runs: Path, named: str, rubric: Path, console: Console) -> int:
    """Print who gains and who loses; the exit status is the one that judging would have."""
    current = find_assignment(named)
    if not rubric.is_file():
        raise AssignmentError(
            f"{rubric} is no file.",
            what_to_do="Copy assignment.toml, change the copy, and name that.",
        )
    other = load_assignment(current.folder, rubric)
    pairs = [_pair(attempt, current, other) for attempt in attempts(runs)]
    if not pairs:
        raise GraderError(
            f"There is no evidence in {runs}.", what_to_do="Run `grader grade` first."
        )
    if any(pair.differs for pair in pairs):
        console.print(_table(pairs))
    for sentence in _summary(pairs, current, other):
        console.print(Text(sentence), soft_wrap=True)
    return HELD if any(pair.then.held for pair in pairs) else GRADED


def _pair(attempt: Path, current: Assignment, other: Assignment) -> Pair:
    evidence = stored_evidence(attempt)

    def judged(rubric: Assignment) -> Grade:
        return judge(rubric, evidence)

    stored = load(attempt / "grade.json", Grade) or judged(current)
    return Pair(decided(stored, attempt.parent), decided(judged(other), attempt.parent))


def _table(pairs: Sequence[Pair]) -> Table:
    """Those for whom something changes; the largest loss first: that is who will ask."""
    table = Table(title="What would change", title_justify="left", pad_edge=False)
    table.add_column("submission", overflow="fold")
    for title in ("now", "then", "change"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("criteria", overflow="fold")
    changed = [pair for pair in pairs if pair.differs]
    for pair in sorted(changed, key=lambda one: (one.change, one.now.submission.id)):
        style = "green" if pair.change > 0 else "red" if pair.change < 0 else ""
        table.add_row(
            Text(pair.now.submission.id),
            Text(_points(pair.now)),
            Text(_points(pair.then)),
            Text(f"{pair.change:+g}" if pair.change else "", style=style),
            Text(", ".join(_criteria(pair))),
        )
    return table


def _points(grade: Grade) -> str:
    return "held" if grade.held else f"{grade.points:g}/{grade.max_points:g}"


def _criteria(pair: Pair) -> list[str]:
    """`dropout 6→3`: what moved, by id; criteria that came or went as well."""
    now = {one.criterion: one for one in pair.now.verdicts}
    then = {one.criterion: one for one in pair.then.verdicts}
    words = []
    for name in dict.fromkeys((*now, *then)):
        before, after = now.get(name), then.get(name)
        if before is None and after is not None:
            words.append(f"{name} new {after.points:g}")
        elif before is not None and after is None:
            words.append(f"{name} {before.points:g} gone")
        elif before and after and before.points != after.points:
            words.append(f"{name} {before.points:g}→{after.points:g}")
    return words


def _summary(pairs: Sequence[Pair], current: Assignment, other: Assignment) -> list[str]:
    gain, lose = (sum(one.change * sign > 0 for one in pairs) for sign in (1, -1))
    lines = [f"{gain} gain, {lose} lose, {len(pairs) - gain - lose} keep their points."]
    counted = [one for one in pairs if not one.now.held and not one.then.held]
    if counted:
        means = (
            f"{fmean(one.points for one in side):.1f} of {most:g}"
            for side, most in (
                ([one.now for one in counted], current.max_points),
                ([one.then for one in counted], other.max_points),
            )
        )
        lines.append("Mean of the class: {} now, {} then.".format(*means))
    newly = [one.then.submission.id for one in pairs if one.then.held and not one.now.held]
    lines += [f"Would be held: {', '.join(newly)}."] if newly else []
    lines += [MEASURED_THEN] if other.recipe != current.recipe else []
    runs_anew = ("limits", "training_limits", "measure_limits", "links", "revisions")
    if any(getattr(other, name) != getattr(current, name) for name in runs_anew):
        lines.append(ASKED_THEN)
    return [*lines, "Nothing was written."]
