"""From a source to a submission and its notebook, with what the release notebook provides."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from grader.assignment import Assignment
from grader.intake.no_notebook import CONFLICT
from grader.intake.notebook import Cell, Notebook, names_of, parse_cell, plain_python
from grader.intake.read import MAX_SHOWN, SCRIPT, read_notebook
from grader.intake.restore import restored
from grader.intake.sources import Source
from grader.records import NO_EAGER, STANDS_IN, IntakeError, Submission

GRAPH_MODE = {"disable_eager_execution", "disable_v2_behavior"}
KEPT = "submission"
"""Name, without its ending, of what was handed in, byte for byte, in the folder of the attempt."""
NOT_RUN = {
    "a text cell": "which is not run: make it a code cell again",
    "a merge conflict": "which Python cannot read: choose one of the two versions, and remove the "
    "lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
    "a comment": "which does nothing: remove the `#` in front of its lines",
    "a text in quotes": "which does nothing: remove the quotes around it",
}
"""Where code may stand and is not run → what to do about it."""


def kept_name(source: Source) -> str:
    """Its name there: a script stays one."""
    return f"{KEPT}{SCRIPT if source.path.suffix.lower() == SCRIPT else '.ipynb'}"


def kept(attempt: Path, submission: Submission) -> Source:
    """The stored file of an attempt as a source."""
    script = attempt / f"{KEPT}{SCRIPT}"
    path = script if script.is_file() else attempt / f"{KEPT}.ipynb"
    return Source(id=submission.id, path=path, shown=submission.file_name)


def take_in(source: Source, assignment: Assignment) -> tuple[Submission, Notebook | None]:
    """The submission, and its notebook; None where the file is no notebook that can be read."""
    try:
        submission, notebook = read_notebook(
            source.path,
            submission_id=source.id,
            shown=source.shown,
            graded_functions=assignment.functions,
            objects=assignment.objects,
            stop=assignment.conventions.stop,
        )
    except IntakeError as problem:
        return unread(source, problem), None
    revision = assignment.recognise(
        tuple(notebook.functions), tuple(cell.source for cell in notebook.code)
    )
    notebook, notes = _with_what_is_missing(notebook, revision, assignment)
    notes = (*submission.notes, *notes, *_never_run(notebook, revision, assignment))
    if any(_leaves_eager(cell.source) for cell in notebook.code):
        notes = (*notes, f"{NO_EAGER}; the grader's questions need it.")
    return submission.model_copy(update={"revision": revision, "notes": notes}), notebook


def _never_run(notebook: Notebook, revision: str, assignment: Assignment) -> Iterator[str]:
    """A note on each graded function or object that stands only in what is not run."""
    known = next((known for known in assignment.revisions if known.id == revision), None)
    if known is None:
        return
    begins = {name: rf"def {name}\(" for name in known.functions} or {
        name: rf"{name} *=[^=]" for names in known.objects.values() for name in names
    }
    for name, begin in begins.items():
        pattern = re.compile(rf"^(?:# ?)*{begin}", re.MULTILINE)
        there = [cell for cell in notebook.cells if pattern.search(cell.source)]
        where = [_where(cell, name, begin) for cell in there]
        if there and all(where):
            stands = STANDS_IN.format(name=name)
            yield f"{stands}{where[-1]} (cell {there[-1].index + 1}), {NOT_RUN[where[-1]]}."


def _where(cell: Cell, name: str, begin: str) -> str:
    """One of NOT_RUN, for a cell in which the name is defined; "" where that is code."""
    if cell.kind != "code":
        return "a text cell"
    if CONFLICT.search(cell.source):
        return "a merge conflict"
    if not re.search(rf"^{begin}", cell.source, re.MULTILINE):
        return "a comment"
    source = plain_python(cell.source)
    bound = parse_cell(source) is None or name in names_of(source).bound
    return "" if bound else "a text in quotes"


def _leaves_eager(source: str) -> bool:
    """Whether the code calls what turns TensorFlow 2 into TensorFlow 1."""
    tree = parse_cell(source) if any(name in source for name in GRAPH_MODE) else None
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree else ()
    return any(GRAPH_MODE & {getattr(call, "attr", ""), getattr(call, "id", "")} for call in calls)


def unread(source: Source, problem: IntakeError) -> Submission:
    """The submission of a file that cannot be read; its notes say why, and what to hand in."""
    return Submission(
        id=source.id,
        file_name=source.shown[-MAX_SHOWN:],
        sha256=hashlib.sha256(f"{source.shown} {problem}".encode()).hexdigest(),
        size_bytes=0,
        notes=tuple(filter(None, (problem.message, problem.what_to_do))),
    )


def _with_what_is_missing(
    notebook: Notebook, revision: str, assignment: Assignment
) -> tuple[Notebook, tuple[str, ...]]:
    """The notebook with provided cells of its release notebook that it has lost."""
    for known in assignment.revisions:
        path = assignment.folder / f"release-{known.id}.ipynb"
        if known.id == revision and path.is_file():
            objects = [name for names in known.objects.values() for name in names]
            release = _release(path, known.functions, assignment.conventions.stop)
            return restored(notebook, release, known.functions, objects)
    return notebook, ()


@lru_cache(maxsize=32)
def _release(path: Path, graded: tuple[str, ...], stop: str) -> Notebook:
    """The same for every submission of a class, so it is read once."""
    return read_notebook(path, submission_id="release", graded_functions=graded, stop=stop)[1]
