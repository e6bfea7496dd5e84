"""A `.py` file as cells: Jupytext's percent format, nbconvert's export, any other script.

A script is cut at its top-level functions and classes, so that one part that does not run leaves
the others to be graded, as in a notebook.
"""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from grader.intake.notebook import NO_PYTHON, Kind, plain_python

PERCENT = re.compile(r"^#\s*%%(.*)$", re.MULTILINE)
EXPORTED = re.compile(r"^# In\[[\d ]*\]:[ \t]*$", re.MULTILINE)
HEADER = re.compile(r"\A#\s*---\n(?:#.*\n)*?#\s*---\n")
COMMENTED_MAGIC = re.compile(r"^# ?([%!][A-Za-z.%].*)$", re.MULTILINE)
COMMENT = re.compile(r"^# ?", re.MULTILINE)
DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def cells_of_script(text: str) -> tuple[str, list[tuple[Kind, str]]]:
    """(what kind of file it is, its cells)."""
    if PERCENT.search(text):
        return "a script in percent format", list(_percent(text))
    if EXPORTED.search(text):
        return "a notebook that was exported as a script", list(_exported(text))
    lines = text.split("\n")
    parts = ["\n".join(lines[a:b]).strip("\n") for a, b in pairwise([0, *_cuts(text), len(lines)])]
    return "a script", [("code", part) for part in parts if part.strip()]


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


def _cuts(text: str) -> list[int]:
    """Lines, from 0, before which a script is cut: before and behind each definition; in one with
    an error in it, before every line at the margin behind an empty one."""
    try:
        body = ast.parse(plain_python(text)).body
    except NO_PYTHON:
        pairs = enumerate(pairwise(text.split("\n")), start=1)
        return [
            number
            for number, (above, line) in pairs
            if line[:1].strip() and line[0] not in ")]}" and not above.strip()
        ]
    return [
        min(part.lineno for part in (node, *getattr(node, "decorator_list", []))) - 1
        for before, node in pairwise([None, *body])
        if isinstance(node, DEFINITION) or isinstance(before, DEFINITION)
    ]
