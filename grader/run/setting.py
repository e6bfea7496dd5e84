"""What is fixed before anything runs: for all submissions of a batch, and for one of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.intake import Notebook
from grader.records import Cache, Lacking, Run, Submission
from grader.sandbox import OtherMachines, Sandbox

Progress = Callable[[str], None]
"""Hears the name of the stage that begins, then how far it is."""
TRIES = 2
"""A fault of ours is tried once more; then the grade is held for a person."""


class Elsewhere(OtherMachines, Protocol):
    """They run and measure instead of this machine's sandbox."""

    def run(self, work: "Work", progress: Progress, earlier: Run | None) -> Run:
        """As `run_notebook`: what the run left is in the work's folder then."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Everything that is the same for all submissions of a batch."""

    assignment: Assignment
    assets: AssetStore
    sandbox: Sandbox
    cache: Cache
    training: Literal["recipe", "notebook", "relabelled"] = "recipe"
    """"recipe" shortens the notebook's own training, "notebook" lets it really run; "relabelled"
    runs one epoch of it and asks nothing, for data with other labels."""
    keras: Literal["", "2", "3"] = ""
    """For all notebooks; "" means the Keras that each one's revision was written for."""
    share: bool = True
    """Whether submissions with equal code share one run."""
    threads: int = 2
    """Of one notebook's computing: the cores divided by the runs at once."""
    elsewhere: Elsewhere | None = None
    """Other machines that run and measure; None: the sandbox here does."""
    out: Path = field(default_factory=lambda: Path("runs"))

    @property
    def folder(self) -> Path:
        """Where the submissions of this assignment live."""
        return self.out / self.assignment.slug


@dataclass(frozen=True, kw_only=True)
class Work:
    """One submission, what is asked of it, and where it is done."""

    submission: Submission
    notebook: Notebook
    setting: Setting
    asked: Any = None
    """The hidden inputs, plain JSON."""
    code: str = ""
    """Hash of the notebook's code; equal for submissions that differ only in words for people."""
    key: dict[str, Any] = field(default_factory=dict)
    """All that decides the evidence beside the notebook, plain JSON."""
    lacking: tuple[Lacking, ...] = ()
    """Packages that the notebook needs and this machine has not."""
    folder: Path
    """Of this attempt."""

    @property
    def keras(self) -> str:
        """ "2" or "3": the one that is asked for, else that of the submission's revision."""
        return self.setting.keras or self.setting.assignment.keras_of(self.submission.revision)
