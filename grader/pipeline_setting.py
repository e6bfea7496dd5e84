"""What is the same for all submissions of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.assets import AssetStore
from grader.assignment import Assignment
from grader.cache import Cache
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
    out: Path = field(default_factory=lambda: Path("runs"))

    @property
    def folder(self) -> Path:
        """Where the submissions of this assignment live."""
        return self.out / self.assignment.slug
