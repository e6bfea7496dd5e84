"""The self-check inside a running notebook: `grader.check("my_function")`.

The student's functions are asked by the assignment's own `ask.py`, here in their own kernel, and
judged by the same checks. Afterwards the kernel is as it was: the names that asking binds, the work
folder, the module search path. It is the student's own code and data, so nothing is walled off.
"""

import contextlib
import hashlib
import importlib
import inspect
import io
import os
import secrets
import sys
import time
import types
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, all_slugs, load_assignment
from grader.assignment.data import AssetStore
from grader.evidence import collect_evidence
from grader.intake import Cell, Notebook, best_fits
from grader.records import (
    AssignmentError,
    Cache,
    Evidence,
    GraderError,
    Run,
    Submission,
    lead,
    scratch,
)
from grader.selfcheck.data import ESTIMATE, find_for
from grader.selfcheck.display import Notice, Shown
from grader.selfcheck.judged import NO_ASSIGNMENT, PUT_BACK, about, judge_here

DATA = "GRADER_DATA"
UNDEFINED = "Run the cell that defines it, then check again."
THE_REST = "Here your functions are looked at one by one; `grader check` looks at the whole."
NOT_TRAINED = "Nothing was trained here: how accurate your model becomes, this does not know."


def check_in_notebook(
    function: str = "",
    *,
    accuracy: bool = False,
    assignment: str = "",
    namespace: MutableMapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Shown | Notice:
    """Check one graded function of the running notebook, or without a name all of them.
    accuracy: also train the final model by the recipe and measure it on your own validation images,
    which takes minutes. assignment: its name or folder, where it cannot be told from the notebook.
    namespace, folder: of the notebook; by default those of the kernel that this is called in. Never
    raises for the student's doing."""
    began = time.monotonic()
    try:
        variables = _kernel_namespace() if namespace is None else namespace
        chosen = _assignment(assignment, function, variables)
        names = _wanted(chosen, function, variables)
        evidence = ask(chosen, names, variables, folder or Path.cwd(), accuracy=accuracy)
    except GraderError as problem:
        return Notice(str(problem))
    also = (ESTIMATE if accuracy else NOT_TRAINED, *(() if function else (THE_REST,)))
    judged = judge_here(chosen, evidence, names, also)
    return Shown(judged, time.monotonic() - began)


def _assignment(named: str, function: str, variables: Mapping[str, Any]) -> Assignment:
    """The one that was named, else the only one that asks for the function, else the one that fits
    what has been run in this notebook, else the only one beside it."""
    known = [load_assignment(slug) for slug in ([named] if named else all_slugs())]
    asking = [one for one in known if function in one.functions] or known
    if len(asking) != 1:
        beside = [one for one in known if one.folder.resolve().is_relative_to(Path.cwd())]
        asking = best_fits(_so_far(variables), asking) or _most_of(asking, variables) or beside
    if not known:
        raise AssignmentError(NO_ASSIGNMENT, what_to_do=f"{PUT_BACK}, and start it there.")
    if len(asking) != 1:
        slugs = [one.slug for one in known]
        raise AssignmentError(
            f"There are {len(slugs)} assignments here: {', '.join(slugs)}.",
            what_to_do='Say which: grader.check("name of a function", assignment="…").',
        )
    return asking[0]


def _most_of(known: Sequence[Assignment], variables: Mapping[str, Any]) -> list[Assignment]:
    """Those of which most graded functions are defined: of a notebook that has just been begun
    there is little else to tell it by."""
    defined = [sum(callable(variables.get(name)) for name in one.functions) for one in known]
    most = max(defined, default=0)
    return [one for one, count in zip(known, defined, strict=True) if most and count == most]


def _so_far(variables: Mapping[str, Any]) -> Notebook:
    """The running notebook as far as it has been run: IPython keeps the cells in `In`."""
    ran = variables.get("In", ())
    sources = [source for source in ran if isinstance(source, str)] if ran else []
    cells = [Cell(index=index, kind="code", source=source) for index, source in enumerate(sources)]
    defined = "\n".join(f"{name}()" for name, value in variables.items() if callable(value))
    return Notebook(cells=(*cells, Cell(index=len(cells), kind="code", source=defined)))


def _wanted(assignment: Assignment, function: str, variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The functions to check; of several revisions those of the one that this notebook is."""
    looked_at = {name for criterion in assignment.criteria for name in about(criterion)}
    if function in looked_at:
        return (function,)
    of_each = [one.functions for one in reversed(assignment.revisions) if one.functions]
    mine = max(of_each, key=lambda names: sum(name in variables for name in names), default=())
    known = tuple(name for name in mine or assignment.functions if name in looked_at)
    if function:
        raise GraderError(
            f"`{function}` is no graded function.", what_to_do=f"Those are: {', '.join(known)}."
        )
    return known


def _kernel_namespace() -> MutableMapping[str, Any]:
    """Of the kernel that runs this; outside of IPython that of the main program."""
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        namespace: MutableMapping[str, Any] = shell.user_ns
        return namespace
    return vars(sys.modules["__main__"])


def ask(
    assignment: Assignment,
    names: tuple[str, ...],
    variables: MutableMapping[str, Any],
    notebook_folder: Path,
    *,
    accuracy: bool = False,
) -> Evidence:
    """Put the assignment's inputs to these functions (and to those that they build on).
    accuracy: ask all of them, and train and measure the final model."""
    store = find_for(notebook_folder, assignment, print)
    asked = assignment.ask_inputs(secrets.randbelow(2**31))
    if not accuracy:
        asked = {**asked, "wanted": list(names)}
    submission = Submission(
        id="notebook",
        file_name="your running notebook",
        sha256=hashlib.sha256(b"").hexdigest(),
        size_bytes=0,
        functions=tuple(n for n in assignment.functions if inspect.isroutine(variables.get(n))),
    )
    with scratch("check") as folder:
        (folder / "out").mkdir()
        copy = in_a_copy_of(notebook_folder, folder / "work", store, assignment)
        with restored(variables), copy:
            _run(assignment.ask_source, variables, asked, folder / "out")
        evidence = collect_evidence(
            folder,
            assignment=assignment,
            submission=submission,
            run=Run(status="finished", message=UNDEFINED, tier="none"),
            assets=store,
            asked=asked if _is_flat(assignment, variables) else {**asked, "objects": {}},
        )
        return _measured(evidence, folder, assignment, store) if accuracy else evidence


def _is_flat(assignment: Assignment, variables: Mapping[str, Any]) -> bool:
    """Is it code without functions? Where nothing has been run yet, a student is told of the
    function that is not there, not of an object of flat code."""
    objects = {
        name for one in assignment.revisions for names in one.objects.values() for name in names
    }
    return bool(objects & variables.keys()) or not any(
        one.functions for one in assignment.revisions
    )


def _measured(
    evidence: Evidence, folder: Path, assignment: Assignment, store: AssetStore
) -> Evidence:
    """With what a measuring of its own, outside of this kernel, says about the final model."""
    # structure alone needs no sandbox
    from grader.run import Setting, Work  # noqa: PLC0415
    from grader.selfcheck.file import measured_here, tier  # noqa: PLC0415

    print("Your model is trained by the recipe now; that takes minutes.")
    setting = Setting(assignment=assignment, assets=store, sandbox=tier(), cache=Cache.default())
    nothing = Notebook(cells=())
    work = Work(submission=evidence.submission, notebook=nothing, setting=setting, folder=folder)
    return measured_here(work, evidence)


def _run(source: str, variables: MutableMapping[str, Any], asked: Any, out: Path) -> None:
    module = types.ModuleType("ask")
    with _our_modules(), contextlib.redirect_stdout(io.StringIO()):
        history = importlib.import_module("grader_inside.kernel.history")
        shown = variables.get("In")
        history.recall(shown if isinstance(shown, list) else ())
        exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
        module.ask(variables, asked, str(out))


@contextlib.contextmanager
def restored(variables: MutableMapping[str, Any]) -> Iterator[None]:
    """Afterwards every name of the notebook is what it was."""
    before = dict(variables)
    try:
        yield
    finally:
        for name in variables.keys() - before.keys():
            del variables[name]
        variables.update(before)


@contextlib.contextmanager
def in_a_copy_of(
    folder: Path, work: Path, store: AssetStore, assignment: Assignment
) -> Iterator[None]:
    """Work in a folder that looks like the notebook's (`folder`), made of links. Asking puts other
    folders in the place of `data`; the real ones are not touched, whatever ends it."""
    work.mkdir()
    for path in folder.iterdir():
        lead(work / path.name, path.resolve())
    for name, target in assignment.data.links.items():
        if not os.path.lexists(work / name):
            lead(work / name, Path(target.replace("{data}", str(store.student))))
    before = os.environ.get(DATA)
    os.environ[DATA] = str(store.student)
    try:
        with contextlib.chdir(work):
            yield
    finally:
        os.environ.pop(DATA, None)
        if before is not None:
            os.environ[DATA] = before


@contextlib.contextmanager
def _our_modules() -> Iterator[None]:
    """`grader_inside` can be imported, and is gone again afterwards."""
    package = types.ModuleType("grader_inside")
    package.__path__ = [str(Path(__file__).parents[1] / "inside")]
    sys.modules[package.__name__] = package
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
            del sys.modules[name]
