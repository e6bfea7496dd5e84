"""A `.py` file as cells: Jupytext's percent format, nbconvert's export, any other script.

A script is cut at its top-level functions and classes, so that one part that does not run leaves
the others to be graded, as in a notebook.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

from grader.intake.notebook import plain_python

Kind = Literal["code", "markdown", "raw"]
PERCENT = re.compile(r"^#\s*%%(.*)$", re.MULTILINE)
EXPORTED = re.compile(r"^# In\[[\d ]*\]:[ \t]*$", re.MULTILINE)
HEADER = re.compile(r"\A#\s*---\n(?:#.*\n)*?#\s*---\n")
COMMENTED_MAGIC = re.compile(r"^# ?([%!][A-Za-z.%].*)$", re.MULTILINE)
COMMENT = re.compile(r"^# ?", re.MULTILINE)


def cells_of_script(text: str) -> tuple[str, list[tuple[Kind, str]]]:
    """(what kind of file it is, its cells)."""
    if PERCENT.search(text):
        return "a script in percent format", list(_percent(text))
    if EXPORTED.search(text):
        return "a notebook that was exported as a script", list(_exported(text))
    return "a script", list(_script(text))


def _percent(text: str) -> Iterator[tuple[Kind, str]]:
    text = HEADER.sub("", text)
    parts = PERCENT.split(text)
    if parts[0].strip():
        yield "code", parts[0].strip("\n")
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        source = body.strip("\n")
        if "[markdown]" in title or "[md]" in title or "[raw]" in title:
            yield "markdown", COMMENT.sub("", source)
        else:
            yield "code", COMMENTED_MAGIC.sub(r"\1", source)


def _exported(text: str) -> Iterator[tuple[Kind, str]]:
    """Before each `# In[3]:` stand the comments that were the markdown cell above it."""
    first, *rest = EXPORTED.split(text)
    if first.strip():
        yield "markdown", COMMENT.sub("", first.strip("\n"))
    for part in rest:
        yield "code", part.strip("\n")


def _script(text: str) -> Iterator[tuple[Kind, str]]:
    lines = text.split("\n")
    try:
        body = ast.parse(plain_python(text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _blocks(lines)
        return
    start = 0
    alone = False
    for node in body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(one.lineno for one in decorators)]) - 1
        is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if first > start and (is_definition or alone):
            yield from _code(lines[start:first])
            start = first
        alone = is_definition
    yield from _code(lines[start:])


def _blocks(lines: list[str]) -> Iterator[tuple[Kind, str]]:
    """A script with an error in it: cut before every line at the margin behind an empty one."""
    start = 0
    for place in range(1, len(lines)):
        at_margin = lines[place][:1].strip() != "" and lines[place][:1] not in ")]}"
        if at_margin and not lines[place - 1].strip():
            yield from _code(lines[start:place])
            start = place
    yield from _code(lines[start:])


def _code(lines: list[str]) -> Iterator[tuple[Kind, str]]:
    source = "\n".join(lines).strip("\n")
    if source.strip():
        yield "code", source
