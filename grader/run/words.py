"""What a student is told about a limit: which one, in which cell, and what to do."""

from __future__ import annotations

from grader.records import Limits

ADVICE = {
    "memory_mb": "Read images in batches instead of all at once, make batches smaller, and do not "
    "keep copies of large arrays.",
    "cpu_s": "Train for fewer epochs, or look for a loop that does not end.",
    "wall_s": "Train for fewer epochs, or look for a loop that does not end.",
    "cell_s": "Look for a loop that does not end, or train for fewer epochs.",
    "processes": "Start fewer workers, or none: two processors are all there is.",
    "threads": "Start fewer workers, or none: two processors are all there is.",
    "disk_mb": "Write less, and delete what is no longer needed; models and archives "
    "are the usual reason.",
    "inodes": "Write fewer files; unpack an archive once, and not again in a loop.",
    "file_mb": "Write smaller files; a model of this size is more than is asked for.",
    "open_files": "Close files when they are read, best with a `with` block.",
    "output_mb": "Print less: `verbose=2` prints one line an epoch.",
}
SAYS = {
    "memory_mb": "used more than {limits.memory_mb:,} MB of memory",
    "cpu_s": "used more than {limits.cpu_s:,} s of processor time",
    "wall_s": "was still running after {limits.wall_s:,} s",
    "processes": "started more than {limits.processes:,} processes",
    "threads": "started more than {limits.threads:,} threads",
    "disk_mb": "filled the {limits.disk_mb:,} MB of disk that it may use",
    "inodes": "made more than {limits.inodes:,} files and folders",
    "output_mb": "printed more than {limits.output_mb:,} MB or far too many pieces of output",
}
ERRORS = {
    "OSError: [Errno 24]": ("open_files", "{limits.open_files:,} files may be open at a time."),
    "OSError: [Errno 27]": ("file_mb", "One file may have {limits.file_mb:,} MB."),
    "OSError: [Errno 28]": ("disk_mb", "{limits.disk_mb:,} MB may be written in all."),
}
"""Beginning of what Python says → limit that was met, and its size. The notebook ran on."""


def place(cell: int | None) -> str:
    """Who it was, at the beginning of a sentence."""
    return "The notebook" if cell is None else f"Cell {cell + 1}"


def reached(limit: str, cell: int | None, limits: Limits) -> str:
    """A sentence on the limit that ended a run, and one on what to do; "" for no limit."""
    if limit not in SAYS:
        return ""
    says = SAYS[limit].format(limits=limits)
    return f"{place(cell)} {says}. {ADVICE[limit]}"


def explained(error: str, limits: Limits) -> str:
    """An error of a cell, with the limit behind it where Python's own words do not name it."""
    for beginning, (limit, says) in ERRORS.items():
        if error.startswith(beginning):
            return f"{error} ({says.format(limits=limits)} {ADVICE[limit]})"
    return error
