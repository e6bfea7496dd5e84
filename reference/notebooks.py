"""Notebooks as lists of named cells, and the small changes that make a case from the solution.

A `source_<revision>.py` holds a release notebook and its solution in one: `⟦blank¦answer⟧`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import indent
from typing import Any

CELL = re.compile(r"^# %% \[(markdown|code)\] (\S+)( graded)?$", re.MULTILINE)
BLANK = re.compile(r"⟦(.*?)¦(.*?)⟧", re.DOTALL)


class CaseError(Exception):
    """A change that does not fit the solution any more."""


@dataclass(frozen=True)
class Cell:
    name: str
    kind: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    cells: tuple[Cell, ...]
    metadata: dict[str, Any] = field(default_factory=lambda: {"grader_version": "1"})

    def at(self, name: str) -> int:
        places = [index for index, cell in enumerate(self.cells) if cell.name == name]
        if len(places) != 1:
            raise CaseError(f"there are {len(places)} cells called {name!r}")
        return places[0]

    def text(self) -> str:
        """The notebook file: nbformat 4.5, no outputs."""
        cells = []
        for index, cell in enumerate(self.cells):
            written: dict[str, Any] = {
                "cell_type": cell.kind,
                "id": f"cell-{index:02}",
                "metadata": {"tags": list(cell.tags)} if cell.tags else {},
                "source": cell.source.splitlines(keepends=True),
            }
            if cell.kind == "code":
                written |= {"execution_count": None, "outputs": []}
            cells.append(written)
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        metadata = {**self.metadata, "kernelspec": kernel}
        book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def read_source(path: Path, *, solved: bool) -> Book:
    """The release notebook, with blanks or with answers."""
    parts = CELL.split(path.read_text(encoding="utf-8"))[1:]
    cells = []
    for kind, name, graded, source in zip(*[iter(parts)] * 4, strict=True):
        text = BLANK.sub(lambda blank: blank.group(2 if solved else 1), source).strip("\n")
        if kind == "markdown":
            text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
            title = "# " if name == "title" else ""
            text = title + text
        cells.append(Cell(name, kind, text, ("graded",) if graded else ()))
    return Book(tuple(cells))


def changed(book: Book, change: dict[str, Any]) -> Book:
    """The notebook after the edits of one case, in the order of the functions below."""
    for name, source in change.get("cells", {}).items():
        place = book.at(name)
        book = _with(book, place, replace(book.cells[place], source=source.strip("\n")))
    for name, edits in change.get("edits", {}).items():
        place = book.at(name)
        source = book.cells[place].source
        for old, new in edits:
            if source.count(old) != 1:
                raise CaseError(f"{name}: {old!r} stands {source.count(old)} times")
            source = source.replace(old, new)
        book = _with(book, place, replace(book.cells[place], source=source))
    for where in ("before", "after"):
        for name, source in change.get(where, {}).items():
            place = book.at(name) + (where == "after")
            cell = Cell(f"{name}-{where}", "code", source.strip("\n"))
            book = replace(book, cells=(*book.cells[:place], cell, *book.cells[place:]))
    for name, kind in change.get("kinds", {}).items():
        place = book.at(name)
        book = _with(book, place, replace(book.cells[place], kind=kind))
    gone = {book.at(name) for name in change.get("without", ())}
    kept = tuple(cell for place, cell in enumerate(book.cells) if place not in gone)
    book = replace(book, cells=kept)
    for name, target in change.get("move", {}).items():
        cell = book.cells[book.at(name)]
        book = replace(book, cells=tuple(one for one in book.cells if one is not cell))
        place = book.at(target)
        book = replace(book, cells=(*book.cells[:place], cell, *book.cells[place:]))
    if joined := change.get("joined"):  # all code in one cell, in a function of this name if it is one
        code = "\n\n".join(cell.source for cell in book.cells if cell.kind == "code")
        if isinstance(joined, str):
            code = f"def {joined}():\n{indent(code, '    ')}\n\n\n{joined}()"
        book = replace(book, cells=(book.cells[0], Cell("all", "code", code)))
    if change.get("untagged"):
        book = Book(tuple(replace(cell, tags=()) for cell in book.cells), {})
    return book


def _with(book: Book, place: int, cell: Cell) -> Book:
    return replace(book, cells=(*book.cells[:place], cell, *book.cells[place + 1 :]))
