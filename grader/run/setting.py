"""What is the same for all submissions of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.records import Cache
from grader.sandbox import Sandbox

Progress = Callable[[str], None]
TRIES = 2
"""A fault of ours is tried once more; then the grade is held for a person."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Everything that is the same for all submissions of a batch."""

    assignment: Assignment
    assets: AssetStore
    sandbox: Sandbox
    cache: Cache
    training: Literal["recipe", "notebook", "relabelled"] = "recipe"
    keras: Literal["", "2", "3"] = ""
    """For all notebooks; "" means the Keras that each one's revision was written for."""
    share: bool = True
    """Whether submissions with equal code share one run."""
    threads: int = 2
    """Of one notebook's computing: the cores divided by the runs at once."""
    out: Path = field(default_factory=lambda: Path("runs"))

    @property
    def folder(self) -> Path:
        """Where the submissions of this assignment live."""
        return self.out / self.assignment.slug
