"""Evidence: all that a check may look at."""

from functools import cached_property
from typing import Any, Literal

from grader.records.common import SCHEMA_VERSION, AnswerStatus, Record
from grader.records.model import Graph, WeightArray
from grader.records.run import Run, Submission


class Answer(Record):
    """What one graded function did when it was asked; `value` is plain JSON, its check vets it."""

    status: AnswerStatus
    value: Any = None
    error: str = ""
    """Class and message, one line, capped; the student's own words."""
    cell: int | None = None
    """Cell that defines the function, if known."""


class Curve(Record):
    """The recipe's training, epoch by epoch."""

    accuracy: tuple[float, ...] = ()
    loss: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()


class Training(Record):
    """One training (the recipe's or the notebook's own), scored by the host on hidden images."""

    seed: int
    correct: int
    total: int
    curve: Curve = Curve()


class Relabelled(Record):
    """What a short run of the notebook on swapped class folders left, measured as the first was.
    Training follows the labels, so an honest model now answers the other way round; weights that
    were brought along do not."""

    status: Literal["ok", "not_measurable"]
    message: str = ""
    correct: int = 0
    """By the real labels, as everywhere."""
    total: int = 0
    interval: tuple[float, float] | None = None


class Measured(Record):
    """What the second sandbox and the host's labels say. "not_rebuilt": the model may be right and
    we cannot rebuild it, which is ours to lack."""

    status: Literal["ok", "not_measurable", "not_rebuilt", "failed"]
    message: str = ""
    trainings: tuple[Training, ...] = ()
    interval: tuple[float, float] | None = None
    """Wilson interval of the pooled share."""
    epochs: int = 0
    mode: Literal["recipe", "notebook"] = "recipe"
    hidden: str = ""
    """Which hidden data: "stand-in", "instructor's folder", "held back from validation"."""
    classes: int = 2
    """How many there are: who guesses is right in one of so many."""
    examples: str = "images"
    """What the hidden data are called in sentences."""
    probe: Any = None
    """What the trusted model answered to the probe images (plain JSON), for checks to compare."""
    relabelled: Relabelled | None = None
    """Only with `--training notebook`, and only of a model that did better than guessing."""
    key: str = ""
    """Hash of everything the training depended on; equal keys, equal results."""
    cached: bool = False


class Assets(Record):
    """Which data and weights a grade was measured on."""

    kind: Literal["original", "stand-in"]
    scale: str
    sha256: str
    counts: dict[str, dict[str, int]] = {}
    """Split → class → images."""


class Evidence(Record):
    """All that a check may look at. The shape says how far each part may be believed."""

    schema_version: int = SCHEMA_VERSION
    assignment: str
    submission: Submission
    run: Run
    answers: dict[str, Answer] = {}
    graphs: dict[str, Graph] = {}
    weights: dict[str, tuple[WeightArray, ...]] = {}
    asked: Any = None
    """The hidden inputs that `ask.py` was given (plain JSON, made on the host from a seed)."""
    problems: tuple[str, ...] = ()
    """What the trust boundary refused, in plain words."""
    assets: Assets
    measured: Measured | None = None
    claims: dict[str, Any] = {}

    @cached_property
    def decoded(self) -> dict[Any, Any]:
        """What checks worked out once and ask for again; no part of the record."""
        return {}
