"""What a notebook says to Python, without what it says to people: equal code, equal hash.

Comments, blank lines and spelling of strings do not count; names, order, the split into cells and
every constant do. A cell that is not plain Python (a magic, a shell line, a syntax error) counts
letter by letter.
"""

from __future__ import annotations

import ast
import hashlib
import warnings

from grader.intake.read import Notebook


def code_sha256(notebook: Notebook) -> str:
    """Hash of all code cells that are run, in order."""
    total = hashlib.sha256()
    for cell in notebook.code:
        form = normal_form(cell.source).encode("utf-8", "surrogatepass")
        total.update(f"{len(form)}\n".encode() + form)
    return total.hexdigest()


def normal_form(source: str) -> str:
    """The cell's syntax tree as text, or the cell as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in students' strings
            tree = ast.parse(source)
        return f"tree {ast.dump(tree, annotate_fields=False)}"
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"text {source}"
