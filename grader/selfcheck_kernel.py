"""The self-check inside a running notebook: `grader.check("create_final_model")`.

The student's functions are asked by the assignment's own `ask.py`, here in their own kernel, and
judged by the same checks. Afterwards the kernel is as it was: the names that asking binds, the work
folder, the module search path. It is the student's own code and data, so nothing is walled off.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import sys
import tempfile
import time
import types
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from grader.assets import AssetStore
from grader.assignment import Assignment, all_slugs, load
from grader.errors import AssignmentError, GraderError
from grader.evidence import collect
from grader.linking import lead
from grader.records import Evidence, Run, Submission
from grader.selfcheck_assets import find_for
from grader.selfcheck_display import Notice, Shown
from grader.selfcheck_judge import about, judge_here

INSIDE = Path(__file__).parent / "inside"
UNDEFINED = "Run the cell that defines it, then check again."
THE_REST = "Here your functions are looked at one by one; `grader check` looks at the whole."
NOT_TRAINED = "Nothing was trained here: how accurate your model becomes, this does not know."


def check(
    function: str = "",
    *,
    assignment: str = "",
    namespace: MutableMapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Shown | Notice:
    """Check one graded function of the running notebook, or without a name all of them.

    assignment: its name or folder, where there are several. namespace, folder: of the notebook;
    by default those of the kernel that this is called in. Never raises for the student's doing.
    """
    began = time.monotonic()
    try:
        chosen = _assignment(assignment)
        variables = _kernel_namespace() if namespace is None else namespace
        names = _wanted(chosen, function, variables)
        evidence = ask(chosen, names, variables, folder or Path.cwd())
    except GraderError as problem:
        return Notice(str(problem))
    judged = judge_here(chosen, evidence, names)
    more = (NOT_TRAINED,) if function else (NOT_TRAINED, THE_REST)
    judged = judged.model_copy(update={"said": (*judged.said, *more)})
    return Shown(judged, time.monotonic() - began)


def _assignment(named: str) -> Assignment:
    slugs = all_slugs()
    if not named and len(slugs) != 1:
        raise AssignmentError(
            f"There are {len(slugs)} assignments here: {', '.join(slugs) or 'none'}.",
            what_to_do='Say which: grader.check("name of a function", assignment="…").',
        )
    return load(named or slugs[0])


def _wanted(assignment: Assignment, function: str, variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The functions to check; of several editions those of the one that this notebook is."""
    looked_at = {name for one in assignment.criteria for name in about(one)}
    if function in looked_at:
        return (function,)
    editions = [one.functions for one in reversed(assignment.revisions) if one.functions]
    mine = max(editions, key=lambda one: sum(name in variables for name in one), default=())
    known = tuple(name for name in mine if name in looked_at)
    if function:
        raise GraderError(
            f"`{function}` is no graded function.", what_to_do=f"Those are: {', '.join(known)}."
        )
    return known


def _kernel_namespace() -> MutableMapping[str, Any]:
    """Of the kernel that runs this; outside of IPython that of the main program."""
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        found: MutableMapping[str, Any] = shell.user_ns
        return found
    return vars(sys.modules["__main__"])


def ask(
    assignment: Assignment, names: tuple[str, ...], variables: MutableMapping[str, Any], at: Path
) -> Evidence:
    """Put the assignment's inputs to these functions (and to those that they build on)."""
    store = find_for(at, assignment.recipe.classes, print)
    asked = assignment.ask_inputs(secrets.randbelow(2**31))
    window = Window(variables, hidden=_hidden(assignment, names))
    submission = Submission(
        id="notebook",
        file_name="your running notebook",
        sha256=hashlib.sha256(b"").hexdigest(),
        size_bytes=0,
        functions=tuple(name for name in assignment.functions if callable(variables.get(name))),
    )
    with tempfile.TemporaryDirectory(prefix="grader-check-") as scratch:
        place = Path(scratch)
        (place / "out").mkdir()
        with window.restored(), _in_a_copy_of(at, place / "work", store, assignment):
            _run(assignment.ask_source, window, asked, place / "out")
        return collect(
            place,
            assignment=assignment,
            submission=submission,
            run=Run(status="finished", message=UNDEFINED, tier="none"),
            assets=store,
            asked=asked,
        )


def _hidden(assignment: Assignment, names: tuple[str, ...]) -> set[str]:
    """Graded functions that need not be called for these: it would only take time."""
    builds_on: Any = assignment.checks.get("builds_on")
    if builds_on is None:
        return set()
    needed: set[str] = set(names)
    for name in names:
        needed |= set(builds_on(name))
    return set(assignment.functions) - needed


class Window(MutableMapping[str, Any]):
    """The notebook's variables, with some functions not to be seen; what is bound can be undone."""

    def __init__(self, variables: MutableMapping[str, Any], hidden: set[str]) -> None:
        self._variables = variables
        self._hidden = hidden
        self._before: dict[str, tuple[Any, ...]] = {}

    def __getitem__(self, name: str) -> Any:
        if name in self._hidden:
            raise KeyError(name)
        return self._variables[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._remember(name)
        self._variables[name] = value

    def __delitem__(self, name: str) -> None:
        self._remember(name)
        del self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in list(self._variables) if name not in self._hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _remember(self, name: str) -> None:
        there = (self._variables[name],) if name in self._variables else ()
        self._before.setdefault(name, there)

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Afterwards every name that was bound through this window is what it was."""
        try:
            yield
        finally:
            for name, there in self._before.items():
                if there:
                    self._variables[name] = there[0]
                else:
                    self._variables.pop(name, None)


@contextlib.contextmanager
def _in_a_copy_of(
    at: Path, work: Path, store: AssetStore, assignment: Assignment
) -> Iterator[None]:
    """Work in a folder that looks like the notebook's, made of links.

    Asking puts other folders in the place of `data`; the real ones are not touched, whatever ends
    it.
    """
    work.mkdir()
    for path in at.iterdir():
        lead(work / path.name, path.resolve())
    for name, target in assignment.links.items():
        if not os.path.lexists(work / name):
            lead(work / name, Path(target.replace("{data}", str(store.student))))
    before = Path.cwd()
    os.chdir(work)
    try:
        with _environment({"GRADER_DATA": str(store.student)}):
            yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run(source: str, window: Window, asked: Any, out: Path) -> None:
    module = types.ModuleType("ask")
    with _our_modules(), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
        module.ask(window, asked, str(out))


@contextlib.contextmanager
def _our_modules() -> Iterator[None]:
    """The modules of `inside/` can be imported, and are gone again afterwards."""
    ours = {path.stem for path in INSIDE.glob("*.py")}
    theirs = {name: sys.modules.pop(name) for name in ours & set(sys.modules)}
    sys.path.insert(0, str(INSIDE))
    try:
        yield
    finally:
        sys.path.remove(str(INSIDE))
        for name in ours:
            sys.modules.pop(name, None)
        sys.modules.update(theirs)
