"""The tables of `assignment.toml` as records: what may stand in the file, and nothing else."""

from typing import Annotated, Any, Literal

from pydantic import Field

from grader.records import Limits, Link, Record, VerdictStatus

Keras = Literal["2", "3"]
Id = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")


class Criterion(Record):
    """One line of the rubric."""

    id: str = Id
    title: str = Field(min_length=1, max_length=200)
    points: float = Field(ge=0, le=1000)
    check: str
    """Name of a function in the folder's `checks.py` (the ready-made ones are imported there)."""
    arguments: dict[str, Any] = Field(default={}, alias="with")
    """Keyword arguments of the check."""
    needs: tuple[str, ...] = ()
    """Criteria above this one that have to earn something, or this one is skipped."""
    objective: str = ""
    lessons: tuple[str, ...] = ()
    visibility: Literal["visible", "instructor"] = "visible"
    why: str = Field(default="", max_length=600)
    hint: str = Field(default="", max_length=600)
    """Shown when it did not pass. Points to the way, does not give the answer."""


class Objective(Record):
    """What the unit teaches."""

    id: str = Id
    title: str = Field(min_length=1)


class Lesson(Link):
    """A lesson that teaches an objective, to be read again."""

    id: str = Id


class NamedMisconception(Record):
    """A named misunderstanding: shown when a finding names it, or when all of `when` holds."""

    id: str = Id
    title: str = Field(min_length=1)
    next_step: str = Field(min_length=1)
    lesson: str = ""
    when: dict[str, tuple[VerdictStatus, ...]] = {}
    """Criterion → statuses. All of them must hold; empty: only a check can name it."""


class Revision(Record):
    """One edition of the notebook, and how its code is recognised."""

    id: str = Id
    functions: tuple[str, ...] = ()
    """Graded functions that this edition asks for; () for a flat script."""
    signs: tuple[str, ...] = ()
    """Pieces of code that this edition has and the others do not."""
    keras: Keras = "3"
    """The Keras that it was written for; "2" is legacy Keras (the package tf-keras)."""
    objects: dict[str, tuple[str, ...]] = {}
    """Graded function → names under which flat code keeps what the function would return. The
    names are hints: what is graded is found by what it is."""


class Recipe(Record):
    """How the grader itself trains and measures a model of this assignment."""

    input_shape: tuple[int, int, int]
    """Height, width, channels."""
    batch_size: int = Field(gt=0, le=1024)
    preprocessing: Literal["inception_v3", "unit", "none"] = "inception_v3"
    """From 0…255 to: −1…1, 0…1, as it is."""
    enough: float | None = Field(default=None, gt=0.5, le=1)
    """Share of the training images: an epoch in which so many are answered right is the last one,
    as with the callback of the course; None: every head is trained for all epochs."""
    seeds: tuple[int, ...] = Field(min_length=1, max_length=9)
    """The first is always used, the others while the interval straddles the threshold."""
    threshold: float = Field(gt=0, lt=1)
    """Share of hidden images that full credit asks for."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Of the Wilson interval."""
    cut: str = ""
    """Layer of the pretrained network whose output the head is asked to read."""


class Conditions(Record):
    """How the notebook is run."""

    modules: tuple[Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*\.py$")], ...] = ()
    """Files of the assignment's folder that students have beside the notebook, to be imported."""
    limits: Limits = Limits()
    training_limits: Limits | None = None
    """Instead of `limits` where the notebook's own training really runs."""


class Measuring(Record):
    """How the second sandbox is run."""

    limits: Limits = Limits()


class Rubric(Record):
    """What is asked for, and what it is worth."""

    title: str = Field(min_length=1, max_length=200)
    hidden_points: float = Field(default=0, ge=0)
    """Of criteria that this copy leaves out: what students get, see `selfcheck.bundle`."""
    recipe: Recipe
    revisions: tuple[Revision, ...] = Field(min_length=1)
    objectives: tuple[Objective, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    misconceptions: tuple[NamedMisconception, ...] = ()


class Contents(Rubric):
    """`assignment.toml`, whole."""

    run: Conditions = Conditions()
    measure: Measuring = Measuring()
    lessons: tuple[Lesson, ...] = ()
