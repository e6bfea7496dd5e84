"""What one sandboxed job may use: each limit with its size, and its words when it is reached."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from grader.records.common import Record, RunStatus

Positive = Annotated[int, Field(gt=0)]


class Limits(Record):
    """Of the whole process tree, unless said otherwise. Each is enforced from outside the job;
    reaching one ends it and names it. Units are in the names."""

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


_ENDLESS = "Train for fewer epochs, or look for a loop that does not end."
_WORKERS = "Start fewer workers, or none: two processors are all there is."
REACHED = {
    "wall_s": Reached(
        "timeout",
        "the time for the whole notebook was used up",
        does="was still running after {limits.wall_s:,} s",
        advice=_ENDLESS,
    ),
    "cpu_s": Reached(
        "timeout",
        "the computing time for the whole notebook was used up",
        does="used more than {limits.cpu_s:,} s of processor time",
        advice=_ENDLESS,
    ),
    "cell_s": Reached(
        "timeout",
        "one cell took longer than a cell may",
        advice="Look for a loop that does not end, or train for fewer epochs.",
    ),
    "memory_mb": Reached(
        "out_of_memory",
        "it needed more memory than there is for a submission",
        does="used more than {limits.memory_mb:,} MB of memory",
        advice="Read images in batches instead of all at once, make batches smaller, and do not "
        "keep copies of large arrays.",
    ),
    "processes": Reached(
        "died",
        "it started more processes than allowed",
        does="started more than {limits.processes:,} processes",
        advice=_WORKERS,
    ),
    "threads": Reached(
        "died",
        "it started more threads than allowed",
        does="started more than {limits.threads:,} threads",
        advice=_WORKERS,
    ),
    "disk_mb": Reached(
        "output_limit",
        "it wrote more to the disk than allowed",
        does="filled the {limits.disk_mb:,} MB of disk that it may use",
        advice="Write less, and delete what is no longer needed; models and archives are the "
        "usual reason.",
        error="OSError: [Errno 28]",
        size="{limits.disk_mb:,} MB may be written in all.",
    ),
    "inodes": Reached(
        "output_limit",
        "it made more files than allowed",
        does="made more than {limits.inodes:,} files and folders",
        advice="Write fewer files; unpack an archive once, and not again in a loop.",
    ),
    "open_files": Reached(
        "died",
        "it opened more files at once than allowed",
        advice="Close files when they are read, best with a `with` block.",
        error="OSError: [Errno 24]",
        size="{limits.open_files:,} files may be open at a time.",
    ),
    "file_mb": Reached(
        "output_limit",
        "it wrote a file larger than allowed",
        advice="Write smaller files; a model of this size is more than is asked for.",
        error="OSError: [Errno 27]",
        size="One file may have {limits.file_mb:,} MB.",
    ),
    "output_mb": Reached(
        "output_limit",
        "it printed more than is kept",
        does="printed more than {limits.output_mb:,} MB or far too many pieces of output",
        advice="Print less: `verbose=2` prints one line an epoch.",
    ),
    "cell_output_mb": Reached("output_limit", "one cell printed more than is kept"),
    "notebook_mb": Reached("output_limit", "the executed notebook grew larger than is kept"),
}
"""Limit → its words; every field of `Limits` stands here."""
