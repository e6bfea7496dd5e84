"""Seconds by stage, measured where the stages are announced."""

import time
from collections.abc import Callable


class Stopwatch:
    """Announces stages to `progress` and keeps how long each took."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress
        self._stage = ""
        self._since = time.monotonic()
        self._seconds: dict[str, float] = {}

    def __call__(self, announced: str) -> None:
        """The first word names the stage, the rest says how far it is."""
        self._progress(announced)
        stage = announced.split(" ", 1)[0]
        if stage != self._stage:
            self._close()
            self._stage = stage

    def _close(self) -> None:
        now = time.monotonic()
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        self._since = now

    def stages(self) -> dict[str, float]:
        """Seconds so far, in the order of the flow."""
        self._close()
        return {stage: round(seconds, 3) for stage, seconds in self._seconds.items()}
