"""The tables of `assignment.toml` as records: what may stand in the file, and nothing else."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

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
    """Shown when the check itself saw that it is not as asked for; instead of it the next step of
    a misconception that the finding names. Points to the way, does not give the answer."""


class Objective(Record):
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
    """How the grader itself measures a model of this assignment; classes and splits are the data's.
    Without this table nothing is measured."""

    strategy: Literal["transfer", "whole", "as_trained"]
    """`transfer`: the features of a frozen part once, the rest trained; `whole`: the model as
    built, trained; `as_trained`: the numbers that the notebook's own training left."""
    input_shape: Annotated[
        tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=1, max_length=3)
    ]
    """Of one example: height, width, channels of an image; a model may take a last axis of one more
    or less than this."""
    scale: float = 1.0
    offset: float = 0.0
    """A model is given value × scale + offset: what the data function is asked to deliver. One
    that scales by itself is given the values as the files have them (`measure.plan`)."""
    standardise: bool = False
    """In place of `scale` and `offset`, for rows whose columns are of different sizes: each column
    (of sequences, each channel) has the mean 0 and the deviation 1 in the training data."""
    epochs: int | None = Field(default=None, gt=0, le=1000)
    """None: those that the data say, at each scale of the stand-in."""
    batch_size: int = Field(default=32, gt=0, le=1024)
    enough: float | None = Field(default=None, gt=0, le=1)
    """Share of the training data: an epoch in which so many are answered right is the last one,
    as with the callback of a course; None: every model is trained for all epochs."""
    seeds: tuple[int, ...] = Field(default=(7,), min_length=1, max_length=9)
    """The first is always used, the others while the interval straddles the threshold."""
    threshold: float = Field(gt=0, lt=1)
    """Share of hidden data that full credit asks for."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Of the Wilson interval."""
    cut: str = ""
    """Layer of the pretrained network whose output the head is asked to read, for `transfer`."""

    @model_validator(mode="after")
    def _fits_its_strategy(self) -> Self:
        if self.strategy == "transfer" and not self.cut:
            raise ValueError('strategy "transfer" needs `cut`, a layer of the pretrained network')
        if self.strategy != "transfer" and self.cut:
            raise ValueError('`cut` belongs to the strategy "transfer"')
        if not self.scale:
            raise ValueError("scale = 0 would leave nothing of the data")
        if self.standardise and (self.scale, self.offset) != (1.0, 0.0):
            raise ValueError("`standardise` takes the place of `scale` and `offset`")
        return self


class Conditions(Record):
    modules: tuple[Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*\.py$")], ...] = ()
    """Files of the assignment's folder that students have beside the notebook, to be imported."""
    packages: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")], ...] = ()
    """What the course's machine has, by the name in `import`. Where one is not installed, what
    falls because of it is held; so it is with public ones (`intake/packages.toml`)."""
    limits: Limits = Limits()
    training_limits: Limits | None = None
    """Instead of `limits` where the notebook's own training really runs."""


class Conventions(Record):
    """What the course does in its notebooks that other courses do not."""

    stop: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,40}$")
    """Word of a comment, `# WORD`: cells after the one that says it are neither run nor graded."""


class Measuring(Record):
    limits: Limits = Limits()


class Rubric(Record):
    """What is asked for, and what it is worth."""

    title: str = Field(min_length=1, max_length=200)
    own_words: tuple[str, ...] = ()
    """Words that only this assignment uses, beside those in `data.toml`: the engine must not know
    them, and a test finds none of them in it."""
    hidden_points: float = Field(default=0, ge=0)
    """Of criteria that this copy leaves out: what students get, see `selfcheck.bundle`."""
    recipe: Recipe | None = None
    """None: nothing is measured."""
    conventions: Conventions = Conventions()
    revisions: tuple[Revision, ...] = Field(min_length=1)
    objectives: tuple[Objective, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    misconceptions: tuple[NamedMisconception, ...] = ()


class Contents(Rubric):
    """`assignment.toml`, whole."""

    run: Conditions = Conditions()
    measure: Measuring = Measuring()
    lessons: tuple[Lesson, ...] = ()
