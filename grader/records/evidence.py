"""Evidence: all that a check may look at."""

from functools import cached_property
from typing import Any, Literal

from grader.records.common import SCHEMA_VERSION, AnswerStatus, Record
from grader.records.model import Graph, WeightArray
from grader.records.run import Run, Submission


class Answer(Record):
    """What one graded function did when it was asked; `value` is plain JSON, its check vets it."""

    status: AnswerStatus
    """How the call ended."""
    value: Any = None
    """What `ask.py` gave for it."""
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
    """Of its random numbers."""
    correct: int
    """Hidden examples that it answered right."""
    total: int
    """Hidden examples in all."""
    curve: Curve = Curve()
    """How it went, epoch by epoch: `accuracy`, `loss`, `val_accuracy`, `val_loss`."""


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
    """Only of "ok" there are numbers."""
    message: str = ""
    """Why there are none, for a student."""
    trainings: tuple[Training, ...] = ()
    """One for each seed that was needed."""
    interval: tuple[float, float] | None = None
    """Wilson interval of the pooled share."""
    epochs: int = 0
    """How many the recipe allows; 0 for a training of the notebook's own."""
    mode: Literal["recipe", "notebook"] = "recipe"
    """Whose training it was."""
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
    """Whether the numbers were known from an equal model."""


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
    """Of the file; an older one is not read."""
    assignment: str
    """Its slug."""
    submission: Submission
    """What was handed in: `id`, `revision`, `functions`, `notes`."""
    run: Run
    """How the notebook ran: `cells` are its own word, seconds and memory the host's."""
    answers: dict[str, Answer] = {}
    """Name of a graded function → what came of asking it."""
    graphs: dict[str, Graph] = {}
    """Name under which `ask.py` exported a model → its graph."""
    weights: dict[str, tuple[WeightArray, ...]] = {}
    """The same name → its arrays, where they were exported too."""
    asked: Any = None
    """The hidden inputs that `ask.py` was given (plain JSON, made on the host from a seed)."""
    problems: tuple[str, ...] = ()
    """What the trust boundary refused, in plain words."""
    assets: Assets
    """The data that were there: `kind`, `scale`, `counts`."""
    measured: Measured | None = None
    """The accuracy; None where nothing is measured."""
    claims: dict[str, Any] = {}
    """Nothing today: what only the student's process says stands in `run`."""

    @cached_property
    def decoded(self) -> dict[Any, Any]:
        """What checks worked out once and ask for again; no part of the record."""
        return {}
