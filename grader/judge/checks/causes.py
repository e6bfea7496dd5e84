"""What takes away that which several checks look at: one cause, whoever meets it.

Titles hold for everybody whom it befalls, so that a class can count them; what only this notebook
has (a cell's number, a message) stands in the finding.
"""

import re

from grader.records import DEFINED_AGAIN, REACHED, Cause, CellRun, Evidence, Run

ENDINGS = {
    "timeout": "It was stopped because it took too long",
    "out_of_memory": "It was stopped because it needed too much memory",
    "output_limit": "It was stopped because it printed too much",
    "died": "The notebook's process ended by itself",
}
"""Of a run that no limit of ours ended; the limits have words of their own."""
NEXT_STEPS = {
    "ModuleNotFoundError": "Use what the assignment's machine has, or leave this import out.",
    "ImportError": "Look up where this name is imported from today.",
    "NameError": "Define or import that name in the notebook, above where it is used.",
    "FileNotFoundError": "Read the data from where the assignment puts them.",
    "SystemExit": "Take out what ends Python, as `exit()` does.",
    "StdinNotImplementedError": "Write the value into the code in place of `input`: nobody answers "
    "while a notebook is graded.",
}
"""Errors about something that is not there: met twice in the same words, it is the same thing."""
COUNTED = re.compile(r"_\d+\b")
"""Keras numbers layers and tensors anew each time: `dense` in a cell is `dense_3` when we ask."""
UNREADABLE_CODE = {"SyntaxError", "IndentationError", "TabError"}
UNREADABLE_STEP = (
    "Python cannot read that cell: look at the line that the error names, and above it for a "
    "bracket or a quote that is not closed."
)
FROM_THE_TOP = (
    "Restart the kernel, run all cells in order, and begin with the first one that stops."
)
LAST_LINE = "Call it in a cell of its own and begin with the last line of the error."
NO_RETURN = (
    "Look at what stands behind `return`: it is None where the line is missing, and where a name "
    "was given what `compile` or `summary` returns, which is nothing."
)
NOT_COMPILED = Cause(
    id="not compiled",
    title="The model is returned without being compiled",
    next_step="Call compile on the model before the function returns it.",
)
LEFT_UNCOMPILED = Cause(
    id="not compiled",
    title="The model is not compiled when the notebook has run",
    next_step="Call compile on the model in a cell that runs.",
)
NOT_LABELLED = Cause(
    id="not labelled",
    title="Rows and labels do not belong together",
    next_step="Print the shapes of the rows and of their labels: each row needs a label.",
)
SEVERAL_OUTPUTS = Cause(
    id="several outputs",
    title="The model has more than one output",
    next_step="Give `Model` one output: the tensor that answers the question.",
)
WITHOUT_NETWORK = Cause(
    id="without network", title="The pretrained network is not part of the final model"
)


def nothing_usable(function: str, title: str, next_step: str = "") -> Cause:
    """Of a function, or of what stands for it, all in it that cannot be looked at has one cause."""
    return Cause(id=f"function {function}", title=title, next_step=next_step)


def no_data(split: str, title: str, next_step: str = "") -> Cause:
    """Nothing of one split ("all": of none of them) that could be looked at."""
    return Cause(id=f"data {split}", title=title, next_step=next_step)


def defined_again(evidence: Evidence, function: str) -> str:
    """The note on a function of which a later definition counts, perhaps a pasted template."""
    begin = DEFINED_AGAIN.format(name=function)
    return next((note for note in evidence.submission.notes if note.startswith(begin)), "")


def raised(evidence: Evidence, function: str, error: str) -> Cause:
    """A function stopped with an error."""
    step = defined_again(evidence, function) or LAST_LINE
    own = nothing_usable(function, f"`{function}` stopped with an error", step)
    return _missing(evidence, error) or own


def ending(run: Run) -> str:
    """How the run ended early, "" where it did not: a sentence without its full stop."""
    if run.status in ENDINGS and run.limit in REACHED:
        return f"It was stopped because {REACHED[run.limit].short}"
    return ENDINGS.get(run.status, "")


def _first_broken(evidence: Evidence) -> CellRun | None:
    return next((cell for cell in evidence.run.cells if cell.error and cell.status != "ok"), None)


def unreadable_cell(evidence: Evidence) -> bool:
    """Whether the first cell that stopped is one that Python cannot read: nobody knows what it
    would have defined."""
    broken = _first_broken(evidence)
    return broken is not None and broken.error.partition(":")[0] in UNREADABLE_CODE


def not_run(evidence: Evidence) -> Cause | None:
    """The first cell that stopped, else how the run ended; None where it came to its end."""
    broken = _first_broken(evidence)
    if broken is None:
        title = ending(evidence.run)
        return Cause(id="run", title=title) if title else None
    for name, answer in evidence.answers.items():
        if answer.status == "raised" and _unnumbered(answer.error) == _unnumbered(broken.error):
            return raised(evidence, name, answer.error)
    kind = broken.error.partition(":")[0]
    step = "Look for a loop that does not end."
    if broken.status != "timeout":
        step = UNREADABLE_STEP if kind in UNREADABLE_CODE else FROM_THE_TOP
    own = Cause(
        id=f"cell {broken.index}", title=f"A cell stopped with {kind}"[:100], next_step=step
    )
    return _missing(evidence, broken.error) or own


def _unnumbered(error: str) -> str:
    """Without Keras's numbers; as it stands where it names what is missing."""
    return error if error.partition(":")[0] in NEXT_STEPS else COUNTED.sub("", error)


def _missing(evidence: Evidence, error: str) -> Cause | None:
    """The package, name or file that an error misses."""
    kind = error.partition(":")[0]
    if kind not in NEXT_STEPS:
        return None
    if kind == "NameError":
        error = _never_imported(evidence, error) or error
    return Cause(id=error[:300], title=error[:120], next_step=NEXT_STEPS[error.partition(":")[0]])


def _never_imported(evidence: Evidence, error: str) -> str:
    """The error of the import that a missing name comes from: `pd` is what is left of `pandas`."""
    name = re.search(r"name '(\w+)'", error)
    for cell in evidence.run.cells if name else ():
        module = re.match(r"(?:ModuleNotFound|Import)Error: .*?'([\w.]+)'", cell.error)
        letters = iter(module[1] if module else "")
        if name and module and all(letter in letters for letter in name[1]):
            return cell.error
    return ""
