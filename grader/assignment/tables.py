"""The tables of `assignment.toml` as records: what may stand in the file, and nothing else."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from grader.records import Limits, Link, Record, VerdictStatus

Keras = Literal["2", "3"]
Id = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")


class Criterion(Record):
    """One line of the rubric."""

    id: str = Id
    """Small letters, digits, `-`; never changed once grades were handed out."""
    title: str = Field(min_length=1, max_length=200)
    """What the student reads."""
    points: float = Field(ge=0, le=1000)
    """0 to 1000; 0 is shown with its verdict, and not paid."""
    check: str
    """Name of a function in the folder's `checks.py`, or of a [ready-made one](checks.md)."""
    arguments: dict[str, Any] = Field(default={}, alias="with")
    """Keyword arguments of the check."""
    needs: tuple[str, ...] = ()
    """Criteria above this one; when one of them earned nothing, this one is `skipped`."""
    objective: str = ""
    """An id of `[[objectives]]`."""
    lessons: tuple[str, ...] = ()
    """Ids of `[[lessons]]`."""
    visibility: Literal["visible", "instructor"] = "visible"
    """`instructor`: students do not see it."""
    why: str = Field(default="", max_length=600)
    """Why it matters, at most 600 letters."""
    hint: str = Field(default="", max_length=600)
    """Points to the way, does not give the answer; at most 600 letters. Shown with a finding
    that has no hint of its own and names no misconception, see
    [causes](authoring.md#one-cause-is-told-once)."""


class Objective(Record):
    id: str = Id
    """Named by criteria."""
    title: str = Field(min_length=1)
    """What the student reads."""


class Lesson(Link):
    """A lesson that teaches an objective, to be read again."""

    id: str = Id
    """Named by criteria and misconceptions."""


class NamedMisconception(Record):
    """A named misunderstanding: shown when a finding names it, or when all of `when` holds."""

    id: str = Id
    """A check may name it."""
    title: str = Field(min_length=1)
    """The misunderstanding in one sentence."""
    next_step: str = Field(min_length=1)
    """One thing to do."""
    lesson: str = ""
    """An id of `[[lessons]]`."""
    when: dict[str, tuple[VerdictStatus, ...]] = {}
    """Criterion → list of statuses; shown when all of them hold. None: only a check can name
    it."""


class Revision(Record):
    """One edition of the notebook, and how its code is recognised."""

    id: str = Id
    """Small letters, digits, `-`."""
    functions: tuple[str, ...] = ()
    """Graded functions that this edition asks for, by name; none for flat code."""
    signs: tuple[str, ...] = ()
    """Pieces of code that this edition has and the others do not."""
    keras: Keras = "3"
    """The Keras that it was written for; `"2"` is [legacy Keras](decisions/keras-2.md)."""
    objects: dict[str, tuple[str, ...]] = {}
    """Graded function → names under which flat code keeps what the function would return. They
    are hints: what is graded is found by what it is."""


class Recipe(Record):
    """How the grader itself measures a model of this assignment; classes and splits are the data's.
    Without this table nothing is measured."""

    strategy: Literal["transfer", "whole", "as_trained"]
    """What is trained, see [measuring](authoring.md#measuring)."""
    input_shape: Annotated[
        tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=1, max_length=3)
    ]
    """Of one example, one to three numbers: height, width, channels of an image. A model may
    take a last axis of one more or less."""
    scale: float = 1.0
    """Not 0. A model is given value × `scale` + `offset`, which is what the data function has
    to deliver; one that scales by itself is given the values as the files have them."""
    offset: float = 0.0
    """See `scale`."""
    standardise: bool = False
    """In place of `scale` and `offset`, for rows whose columns are of different sizes: each
    column, of sequences each channel, has the mean 0 and the deviation 1 in the training
    data."""
    epochs: int | None = Field(default=None, gt=0, le=1000)
    """None: those that the data say, at each scale of the stand-in."""
    batch_size: int = Field(default=32, gt=0, le=1024)
    """Of the training."""
    enough: float | None = Field(default=None, gt=0, le=1)
    """Share of the training data: an epoch in which so many are answered right is the last one,
    as with the callback of a course. None: every model is trained for all epochs."""
    seeds: tuple[int, ...] = Field(default=(7,), min_length=1, max_length=9)
    """One to nine. The first is always used, the others while the interval straddles the
    threshold."""
    threshold: float = Field(gt=0, lt=1)
    """Share of the hidden data that full credit asks for."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Of the Wilson interval."""
    cut: str = ""
    """Layer of the pretrained network whose output the head is asked to read. The strategy
    `transfer` needs it, no other may have it."""

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
    """Files of the folder that students have beside the notebook, to be imported; they go into
    the sandbox and the bundle."""
    packages: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")], ...] = ()
    """What the course's machine has, by the names in `import`. What falls because one of them
    is not installed here is held, with `pip install …` for you, never a zero. So it is with the
    public ones of `grader/intake/packages.toml`, and with what somebody has to type at
    `input()`; any other module is the student's."""
    limits: Limits = Limits()
    """Limits of one run."""
    training_limits: Limits | None = None
    """In place of `limits` where the notebook's own training really runs (`--training
    notebook`). None: the same."""


class Conventions(Record):
    """What the course does in its notebooks that other courses do not."""

    stop: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,40}$")
    """Word of a comment, `# WORD`: cells after the one that says it are neither run nor
    graded."""


class Measuring(Record):
    limits: Limits = Limits()
    """The same keys, for our own training."""


class Rubric(Record):
    """What is asked for, and what it is worth."""

    title: str = Field(min_length=1, max_length=200)
    """Of the assignment, in reports and tables."""
    own_words: tuple[str, ...] = ()
    """Words that only this assignment uses, such as names of layers. With slug, classes,
    network, files and addresses they are what a test looks for in `grader/`, where none of them
    may stand."""
    hidden_points: float = Field(default=0, ge=0)
    """Of criteria that this copy leaves out. `grader bundle` writes it for students."""
    recipe: Recipe | None = None
    """How models are measured. None: nothing is measured."""
    conventions: Conventions = Conventions()
    """What comments mean in your course."""
    revisions: tuple[Revision, ...] = Field(min_length=1)
    """Editions of the notebook, one at least."""
    objectives: tuple[Objective, ...] = ()
    """What the unit teaches; reports sum up by objective."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    """The rubric, one at least, in the order in which students should mend things."""
    misconceptions: tuple[NamedMisconception, ...] = ()
    """Named misunderstandings."""


class Contents(Rubric):
    """`assignment.toml`, whole."""

    run: Conditions = Conditions()
    """How notebooks are run."""
    measure: Measuring = Measuring()
    """Limits of our own training."""
    lessons: tuple[Lesson, ...] = ()
    """Where a student reads again."""
