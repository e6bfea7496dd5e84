"""What one sandboxed job may use: each limit with its size, and its words when it is reached."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from grader.records.common import Record, RunStatus

Positive = Annotated[int, Field(gt=0)]


class Limits(Record):
    """Of the whole process tree, unless said otherwise. Each is enforced from outside the job;
    reaching one ends it and names it. Units are in the names."""

    wall_s: Positive = 900
    """Seconds of the whole run."""
    cpu_s: Positive = 1200
    """Seconds of processor time."""
    # Kept by who drives the kernel, who ends the run with `Running.kill("cell_s")`.
    cell_s: Positive = 300
    """Seconds of one cell."""
    memory_mb: Positive = 6000
    """Of all processes together."""
    processes: Positive = 128
    """How many at once."""
    threads: Positive = 512
    """Of all processes together."""
    disk_mb: Positive = 512
    """Of all files that are written."""
    inodes: Positive = 20_000
    """How many files."""
    open_files: Positive = 1024
    """Of one process."""
    output_mb: Positive = 20
    """Of all outputs kept; also what may be printed to the console before the run is ended."""
    cell_output_mb: Positive = 2
    """Of the output of one cell that is kept."""
    notebook_mb: Positive = 20
    """The executed notebook."""
    file_mb: Positive = 256
    """One file."""


@dataclass(frozen=True)
class Reached:
    """A limit that was reached. In sentences `{limits.…}` stands for the sizes."""

    status: RunStatus
    """Of a run that it ends."""
    short: str
    """In a line of a report."""
    does: str = ""
    """What the notebook or a cell did: follows its name; "" where Python itself says it."""
    advice: str = ""
    """What to do; "" where the run goes on and nothing is lost but output."""
    error: str = ""
    """Beginning of Python's error when the limit is met and the notebook runs on."""
    size: str = ""
    """With `error`: how much there is."""


REACHED = {
    name: Reached(**words)
    for name, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
"""Limit → its words; every field of `Limits` is there."""
