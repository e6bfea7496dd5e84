"""Code nested, or as long, as no hand writes it: read, and never an error of ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.intake import Source, lacking, take_in
from grader.intake.notebook import MOST_INNER, Names, names_of
from grader.intake.which import sort_out

ASSIGNMENT = load_assignment("digits-cnn")
DEEP = {
    "sum": "1" + "+1" * 1500,
    "signs": "-" * 1500 + "1",
    "lambdas": "lambda:" * 1500 + "1",
    "attributes": "a" + ".b" * 1500,
    "calls": "f" + "()" * 1500,
    "choices": "1 if 1 else " * 1500 + "1",
    "lists": "[" * 199 + "]" * 199,
    "tables": "{1:" * 199 + "1" + "}" * 199,
    "blank": " " * 100_000 + "1",
    "lines": "1" + "\nx = 1" * 20_000,
    "errors": "1" + "\n\nx = (" * 20_000,
    "functions": "1" + "".join(f"\ndef f{n}(): return f{n + 1}" for n in range(5_000)),
    "called": "1" + "".join(f"\ndef f{n}():\n    x = 1\nf{n}()" for n in range(5_000)),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize(
    "form",
    ["x = {}", "def main():\n    x = {}\n    return x\n\ny = main()", "def load_data():\n    {}"],
)
def test_it_stops_nobody(form: str, deep: str, tmp_path: Path) -> None:
    """The class is read before the first one is run: one notebook must not end that, nor take
    hours."""
    path = tmp_path / "a.ipynb"
    sources = ["import no_such_package, torch, jax", form.format(deep)]
    cells = [{"cell_type": "code", "source": each, "metadata": {}} for each in sources]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}), "utf-8")
    source = Source(id="a", path=path, shown="a.ipynb")
    (found,) = sort_out([source], [ASSIGNMENT], ASSIGNMENT)
    assert found.unreadable is None
    notebook = take_in(source, ASSIGNMENT)[1]
    assert notebook is not None
    assert {package.module for package in lacking(notebook, "a", ASSIGNMENT)} <= {"torch", "jax"}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)
def test_nor_does_a_deep_marimo_notebook(deep: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    cells = ("@app.cell({})\ndef _():\n    x = 1\n", "@app.cell\ndef _():\n    x = {}\n")
    whole = "\n".join(form.format(deep.replace("\n", ";")) for form in cells)
    path.write_text(f"import marimo\napp = marimo.App()\n{whole}", "utf-8")
    (found,) = sort_out([Source(id="a", path=path, shown="a.py")], [ASSIGNMENT], ASSIGNMENT)
    assert found.unreadable is None


def test_names_of_very_many_functions_are_not_looked_for() -> None:
    """That takes the square of their number; all else of such a cell is read."""
    some = "".join(f"def f{n}(): return x\n" for n in range(MOST_INNER))
    assert len(names_of(some).bound) == MOST_INNER
    assert names_of(some + "def f(): return x") == Names()
