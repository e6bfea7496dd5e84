"""Findings, verdicts and the grade: what reports and platforms are made from."""

from typing import Literal

from grader.records.common import SCHEMA_VERSION, Record, Share, VerdictStatus
from grader.records.evidence import Assets, Measured
from grader.records.model import Diagram
from grader.records.run import Run, Submission


class Cause(Record):
    """Why criteria fell: those with a cause of one id fell together, and mending it mends them."""

    id: str
    title: str
    """In words that hold for everybody whom it befalls: a class counts them."""
    next_step: str = ""


class Finding(Record):
    """What a check returns."""

    share: Share
    message: str
    seen: str = ""
    expected: str = ""
    where: tuple[str, ...] = ()
    """Ids of the layers (of the final graph) that it is about, for the picture."""
    misconceptions: tuple[str, ...] = ()
    """Those because of which it is not as asked for."""
    besides: tuple[str, ...] = ()
    """Misconceptions that it shows and that cost nothing here."""
    hint: str = ""
    """What helps with just this, where the rubric has no misconception for it."""
    cause: Cause | None = None
    """What took away that which the check looks at; None: it saw it, and it is not as asked for."""


class Link(Record):
    title: str
    """What the student reads."""
    url: str = ""
    """None: only the title is shown."""


class Verdict(Record):
    """A finding with its criterion, status and points."""

    criterion: str
    title: str
    status: VerdictStatus
    points: float
    max_points: float
    message: str
    seen: str = ""
    expected: str = ""
    why: str = ""
    """Why it matters: from the rubric."""
    hint: str = ""
    """What helps with this finding; of a criterion that did not pass."""
    objective: str = ""
    lessons: tuple[Link, ...] = ()
    """To be read again because of this finding."""
    cause: str = ""
    """Id of one of the grade's causes; "" when nothing was lost."""
    blocked_by: tuple[str, ...] = ()
    """Criteria it needs that did not pass (status `skipped`)."""
    visibility: Literal["visible", "instructor"] = "visible"
    where: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()


class Misconception(Record):
    """A named misunderstanding that this submission shows."""

    id: str
    title: str
    next_step: str
    lesson: Link | None = None


class Provenance(Record):
    grader: str
    assignment_sha256: str
    assets: Assets
    tier: str
    training: str
    seed: int | None = None
    """Of the first training; None where nothing is measured."""
    versions: dict[str, str] = {}
    hidden: str = ""
    measured_key: str = ""
    notes: tuple[str, ...] = ()


class Adjustment(Record):
    """One thing that a person decided after the judge, as applied (see `judge.decisions`)."""

    kind: Literal["override", "total", "comment", "exempt", "extension", "late", "release"]
    criterion: str = ""
    before: float | None = None
    after: float | None = None
    """Points of the criterion, or of the whole, before and after."""
    why: str = ""
    """For `comment` the comment itself: students read it."""
    by: str = ""
    at: str = ""
    """ISO time, UTC, or "" when it comes from a file."""
    applied: bool = True
    """False: kept, but it fits this grade no more; `why` says so."""


class Grade(Record):
    """All verdicts of one submission, and the total. The only input of reports and platforms.
    Nothing in it depends on the time of day: times live in `run`, under `seconds`."""

    schema_version: int = SCHEMA_VERSION
    assignment: str
    title: str
    submission: Submission
    points: float
    max_points: float
    held: bool
    """True: a person has to look; no number may be sent anywhere."""
    held_because: str = ""
    verdicts: tuple[Verdict, ...]
    first_to_fix: str = ""
    """Id of the criterion to mend first, the foremost of the first cause; or ""."""
    causes: tuple[Cause, ...] = ()
    """Why points were lost, in the order in which to mend: by the points that hang on each."""
    misconceptions: tuple[Misconception, ...] = ()
    run: Run
    diagram: Diagram | None = None
    """The final model as built, for the picture; None when there was none to see."""
    measured: Measured | None = None
    objectives: dict[str, str] = {}
    """Objective id → title."""
    provenance: Provenance
    graded_at: str = ""
    """ISO time, UTC."""
    adjustments: tuple[Adjustment, ...] = ()
    """What people changed; `points` and `verdicts` already have it in them."""
    exempt: bool = False
    """True: this grade does not count for this student; no number is sent."""

    @property
    def counts(self) -> bool:
        """Whether its number may be used: a held or exempt grade has none."""
        return not (self.held or self.exempt)
