"""What one sandboxed job may use. Units are in the names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from grader.records import Record

Positive = Annotated[int, Field(gt=0)]


class Limits(Record):
    """Of the whole process tree, unless said otherwise. Each is enforced from outside the job;
    reaching one ends it and names it."""

    wall_s: Positive = 900
    cpu_s: Positive = 1200
    cell_s: Positive = 300
    """For the one who drives the kernel; he ends the run with `Running.kill("cell_s")`."""
    memory_mb: Positive = 6000
    processes: Positive = 128
    threads: Positive = 512
    """Of all processes together."""
    disk_mb: Positive = 512
    inodes: Positive = 20_000
    open_files: Positive = 1024
    """Of one process."""
    output_mb: Positive = 20
    """All outputs kept; also what may be printed to the console before the run is ended."""
    cell_output_mb: Positive = 2
    notebook_mb: Positive = 20
    """The executed notebook."""
    file_mb: Positive = 256
    """One file."""
