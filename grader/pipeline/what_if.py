"""A class under another rubric: who would gain, who would lose. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from grader.assignment import Assignment, load_assignment
from grader.judge import judge
from grader.judge.decisions import decided
from grader.pipeline.judge_again import stored_evidence
from grader.pipeline.tasks import UNRECOGNISED
from grader.records import AssignmentError, Grade, GraderError, assignment_of, load

MEASURED_THEN = (
    "This rubric also changes how models are trained. Accuracies stand here as they were measured "
    "by the old recipe; `grader grade` measures again."
)
ASKED_THEN = (
    "This rubric also changes limits, conventions or revisions. That needs new runs; here "
    "only the criteria are compared."
)
NEEDS_RUNS = ("limits", "training_limits", "measure_limits", "conventions", "revisions")


@dataclass(frozen=True)
class Pair:
    now: Grade
    then: Grade

    @property
    def change(self) -> float:
        """Points won (or lost, below 0), of the total that there is then; 0 where one of the two is
        held and has no number."""
        if self.now.held or self.then.held:
            return 0.0
        # 98 of 98 is no loss for who had 100 of 100
        scale = self.then.max_points / self.now.max_points if self.now.max_points else 1.0
        return round(self.then.points - self.now.points * scale, 4)

    @property
    def differs(self) -> bool:
        """Whether anybody would see another number."""
        most = self.now.max_points != self.then.max_points
        return bool(self.change) or self.now.held != self.then.held or most

    @property
    def criteria(self) -> list[str]:
        """`dropout 6→3`: what moved, by id; criteria that came or went as well."""
        now = {verdict.criterion: verdict for verdict in self.now.verdicts}
        then = {verdict.criterion: verdict for verdict in self.then.verdicts}
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


@dataclass(frozen=True)
class WhatIf:
    pairs: Sequence[Pair]
    sentences: Sequence[str]
    """What is to be said of the class as a whole."""


def compare_rubrics(
    attempts: Sequence[Path], rubrics: Mapping[str, Assignment], rubric: Path
) -> WhatIf:
    """Judge these attempts by `rubric`, a changed copy of their assignment's `assignment.toml`.
    rubrics: the assignments of the attempts, by slug. Raises AssignmentError, which names file and
    key, and GraderError where there is no evidence or that of several assignments."""
    if not rubric.is_file():
        raise AssignmentError(
            f"{rubric} is no file.",
            what_to_do="Copy assignment.toml, change the copy, and name that.",
        )
    if len(rubrics) != 1:
        raise GraderError(
            f"There are grades of {len(rubrics)} assignments: {', '.join(rubrics) or 'none'}.",
            what_to_do="A rubric is of one: name the folder of its grades, or --assignment.",
        )
    (current,) = rubrics.values()
    other = load_assignment(current.folder, rubric)
    own = [attempt for attempt in attempts if assignment_of(attempt) != UNRECOGNISED]
    pairs = [_pair(attempt, current, other) for attempt in own]
    return WhatIf(pairs, _sentences(pairs, current, other))


def _pair(attempt: Path, current: Assignment, other: Assignment) -> Pair:
    evidence = stored_evidence(attempt)
    now = load(attempt / "grade.json", Grade) or judge(current, evidence)
    then = judge(other, evidence)
    return Pair(decided(now, attempt.parent), decided(then, attempt.parent))


def _sentences(pairs: Sequence[Pair], current: Assignment, other: Assignment) -> list[str]:
    gain, lose = (sum(pair.change * sign > 0 for pair in pairs) for sign in (1, -1))
    lines = [f"{gain} gain, {lose} lose, {len(pairs) - gain - lose} keep what they have."]
    if other.max_points != current.max_points:
        lines.append(
            f"The total would be {other.max_points:g}, no longer {current.max_points:g}: who gains "
            "or loses is told by the share of it."
        )
    counted = [pair for pair in pairs if not pair.now.held and not pair.then.held]
    if counted:
        now = fmean(pair.now.points for pair in counted)
        then = fmean(pair.then.points for pair in counted)
        lines.append(
            f"Mean of the class: {now:.1f} of {current.max_points:g} now, "
            f"{then:.1f} of {other.max_points:g} then."
        )
    newly = [pair.then.submission.id for pair in pairs if pair.then.held and not pair.now.held]
    if newly:
        lines.append(f"Would be held: {', '.join(newly)}.")
    if other.recipe != current.recipe:
        lines.append(MEASURED_THEN)
    if any(getattr(other, name) != getattr(current, name) for name in NEEDS_RUNS):
        lines.append(ASKED_THEN)
    return lines
