"""Submission and run: what was handed in, and how executing it ended."""

from typing import Literal

from grader.records.common import Party, Record, RunStatus

ANOTHER_NOTEBOOK = "another_notebook"
"""`Run.limit` of a notebook that was not run, because it belongs to no assignment here or to
another one; `Run.message` says which in one sentence."""
STANDS_IN = "`{name}` stands in "
"""So begins the note (`Submission.notes`) on a function or an object whose code is not run: its
cell became text, or it is commented out."""
DEFINED_AGAIN = "`{name}` is defined more than once"
"""So begins the note on a function of which the last of several definitions counts."""
NO_EAGER = "The notebook switches eager execution off"
"""So begins the note on a notebook that runs in TensorFlow 1's graph mode, as some of 2019 do."""
LACKS = "A package that the notebook uses is not installed here"
"""So begins the reason for which a grade is held that a package of ours cost something."""
KEYBOARD = "input()"
"""In the place of a package: somebody has to type, and nobody does."""
UNREADABLE = "unreadable"
"""`Run.limit` of a file that is no notebook; `Run.message` says what it is."""


class Submission(Record):
    """One student notebook. `id` is safe as a folder name (see `intake.safe_id`)."""

    id: str
    file_name: str
    sha256: str
    size_bytes: int
    revision: str = "unknown"
    functions: tuple[str, ...] = ()
    """Graded functions that the code defines, by name."""
    notes: tuple[str, ...] = ()
    """What intake had to mend or ignore, in words for the student."""


class CellRun(Record):
    """How one code cell went, as the student's process says: shown, never graded."""

    index: int
    """Position among *all* cells of the notebook, from 0."""
    status: Literal["ok", "error", "timeout", "killed", "not_run"]
    seconds: float = 0.0
    error: str = ""
    """Class and message of the exception, one line, capped."""
    line: int | None = None
    """Of the cell, with which the piece that failed begins; None where it was run as a whole."""
    shortened: str = ""
    """What the grader shortened in it ("fit: 1 step instead of 100 epochs"), or ""."""
    adapted: str = ""
    """What old code was taken to mean today ("`lr=` was read as `learning_rate=`"), or ""."""

    @property
    def where(self) -> str:
        """As reports name it."""
        return f"Cell {self.index + 1}{'' if self.line is None else f', from line {self.line},'}"


class Lacking(Record):
    """A package that the notebook imports and that is not installed where it was run: our lack."""

    module: str
    """As notebooks import it."""
    install: str
    """As `pip install` takes it."""
    needed_by: tuple[str, ...] = ()
    """Graded functions that cannot do without it, also of flat code, by the host's reading."""
    cells: tuple[int, ...] = ()
    """Indexes of the cells that need it when they are run."""


class Run(Record):
    """How one sandboxed execution ended: the host's own view, but for `finished` and
    `student_error`."""

    status: RunStatus
    party: Party = "student"
    """Whose doing the end was: for `finished` and `student_error` the student's, but where the
    assignment's own solution fails alike (see `pipeline.our_fault`)."""
    limit: str = ""
    """The limit that ended it: wall_s, cpu_s, cell_s, memory_mb, disk_mb, output_mb, processes …"""
    cell: int | None = None
    """Index of the cell that was running when it ended early."""
    line: int | None = None
    """Of that cell, where its statements were run by themselves."""
    message: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    """Peak of the whole process tree."""
    exit_code: int | None = None
    cells: tuple[CellRun, ...] = ()
    asking: str = ""
    """The error in one line, or the limit, that ended the asking early, as the student's process
    says; "" when it came to its end."""
    lacking: tuple[Lacking, ...] = ()
    tier: str = ""
    tier_lacks: tuple[str, ...] = ()
    """Protections that this tier could not give on that machine, in words."""
    training: Literal["recipe", "notebook", "relabelled"] = "recipe"
    versions: dict[str, str] = {}
    """Of the packages that decide results, as the host has them installed."""
    worker: int = 0
    """Number of the cluster's worker that ran it, as they joined; 0: the batch's own machine."""
    reused_from: str = ""
    """sha256 of the code whose run this is, when an equal one had been run before."""
    stages: dict[str, float] = {}
    """Wall seconds of every stage of the grading, where it was last gone through; in `run.json`
    only, so that grades of equal work are equal."""
