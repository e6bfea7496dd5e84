"""The running notebook as it may be asked: a view of its variables and a copy of its folder."""

import contextlib
import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.records import lead

DATA = "GRADER_DATA"
MISSING = object()


class Window(MutableMapping[str, Any]):
    """The notebook's variables; what is bound through it can be undone."""

    def __init__(self, variables: MutableMapping[str, Any]) -> None:
        self._variables = variables
        self._before: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._variables[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._remember(name)
        self._variables[name] = value

    def __delitem__(self, name: str) -> None:
        self._remember(name)
        del self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._variables))

    def __len__(self) -> int:
        return len(self._variables)

    def _remember(self, name: str) -> None:
        self._before.setdefault(name, self._variables.get(name, MISSING))

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Afterwards every name that was bound through this window is what it was."""
        try:
            yield
        finally:
            for name, value in self._before.items():
                if value is MISSING:
                    self._variables.pop(name, None)
                else:
                    self._variables[name] = value


@contextlib.contextmanager
def in_a_copy_of(
    folder: Path, work: Path, store: AssetStore, assignment: Assignment
) -> Iterator[None]:
    """Work in a folder that looks like the notebook's (`folder`), made of links.

    Asking puts other folders in the place of `data`; the real ones are not touched, whatever ends
    it.
    """
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
