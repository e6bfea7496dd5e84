"""Scripts and odd encodings become cells; a provided cell that is missing comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.intake.notebook import plain_python
from grader.intake.read import Notebook, read_notebook
from grader.intake.restore import restored
from grader.records import Submission

GRADED = ("make", "use")
PERCENT = """# ---
# jupyter:
#   kernelspec: {}
# ---

# %% [markdown]
# # A title

# %%
# !wget http://example.org/data.zip
import os

# %% tags=["graded"]
def make():
    return os.getcwd()
"""
EXPORTED = """#!/usr/bin/env python
# coding: utf-8

# # A title

# In[1]:


get_ipython().system('wget http://example.org/data.zip')
import os


# In[ ]:


def make():
    return os.getcwd()
"""
PLAIN = """import os
ROOT = '/tmp'


def make():
    return os.path.join(ROOT)


answer = make()


@property
def use(x):
    return x
"""


def taken(path: Path) -> tuple[Submission, Notebook]:
    return read_notebook(path, submission_id="ada", graded_functions=GRADED)


def script(folder: Path, text: str) -> tuple[Submission, Notebook]:
    path = folder / "one.py"
    path.write_text(text, encoding="utf-8")
    return taken(path)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [(PERCENT, "percent", 2), (EXPORTED, "exported", 2), (PLAIN, "a script", 1)],
)
def test_a_script_is_a_notebook(tmp_path: Path, text: str, kind: str, code: int) -> None:
    """In each of the forms that tools write, and in none."""
    submission, notebook = script(tmp_path, text)
    assert "make" in submission.functions
    assert len(notebook.code) == code
    assert any(kind in note for note in submission.notes)


def test_a_commented_magic_of_a_percent_script_is_a_magic_again(tmp_path: Path) -> None:
    """Jupytext comments them out, so that the script runs as one."""
    _, notebook = script(tmp_path, PERCENT)
    assert notebook.code[0].source.startswith("!wget")


def test_one_broken_part_of_a_script_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    """Cell by cell, as in a notebook."""
    submission, notebook = script(tmp_path, PLAIN + "\n\nfor None in None:\n    pass\n")
    assert submission.functions == GRADED
    assert notebook.code[0].apart


def test_a_notebook_in_one_cell_is_run_like_a_script(tmp_path: Path) -> None:
    """It is said; where the graded parts stand in cells of their own, nothing is cut."""
    path = tmp_path / "one.ipynb"
    both = "def make():\n    return 1\n", "def use():\n    return for\n"
    for sources, apart in (("\n".join(both),), [True]), (both, [False, False]):
        path.write_text(book(*sources), encoding="utf-8")
        submission, notebook = taken(path)
        assert [cell.apart for cell in notebook.code] == apart
        assert any("by itself" in note for note in submission.notes) is any(apart)
        assert "make" in submission.functions


def book(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": s} for s in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "latin-1"]
)
def test_a_notebook_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """Editors on Windows write them; it is nobody's mistake."""
    path = tmp_path / "one.ipynb"
    path.write_bytes(book("def make():\n    return 1").encode(encoding))
    assert taken(path)[0].functions == ("make",)


def test_magics_go_with_their_continuations() -> None:
    """A shell line that ends with a backslash goes on in the next line."""
    source = (
        "!wget \\\n  http://example.org \\\n  -O x\nfiles = !ls\nif x:\n    %matplotlib inline\n"
    )
    assert plain_python(source) == "pass\n\n\nfiles = None\nif x:\n    pass\n"


def notebooks(folder: Path, own: list[str], release: list[str]) -> tuple[Notebook, Notebook]:
    made = []
    for name, cells in (("own", own), ("release", release)):
        path = folder / f"{name}.ipynb"
        path.write_text(book(*cells))
        made.append(taken(path)[1])
    return made[0], made[1]


RELEASE = [
    "import os\nimport math",
    "ROOT = './data/'\nDEEP = os.path.join(ROOT, 'deep')",
    "def make():\n    return None",
    "class Callback:\n    pass",
    "made = make()",
    "def use(x):\n    return None",
]


def test_a_provided_cell_that_a_graded_function_needs_comes_back(tmp_path: Path) -> None:
    """With what it needs itself, at the front, and it is said."""
    own, release = notebooks(tmp_path, ["x = 1", "def make():\n    return DEEP"], RELEASE)
    mended, notes = restored(own, release, GRADED)
    assert "import os" in mended.cells[0].source
    assert mended.cells[0].source.index("ROOT =") < mended.cells[0].source.index("x = 1")
    assert "Callback" not in mended.cells[0].source
    assert "`DEEP`" in notes[0]


def test_what_is_broken_in_the_notebook_counts_as_missing(tmp_path: Path) -> None:
    """Imports beside a SyntaxError bind nothing."""
    own, release = notebooks(
        tmp_path, ["import os\nfor None in None", "def make():\n    return os"], RELEASE
    )
    mended, notes = restored(own, release, GRADED)
    assert mended.cells[0] == own.cells[0]
    assert "import os" in mended.cells[1].source
    assert notes


@pytest.mark.parametrize(
    "own",
    [
        ["import os", "def make():\n    return os"],
        ["def make():\n    return keras"],
        ["def use(x):\n    return made"],
        ["x = os.getcwd()", "def make():\n    return 1"],
        ["def make():\n    os = 3\n    return os"],
    ],
    ids=["nothing missing", "never provided", "made by the student", "not graded", "local"],
)
def test_nothing_else_comes_back(tmp_path: Path, own: list[str]) -> None:
    """Only what was handed out, and only where graded code needs it."""
    mine, release = notebooks(tmp_path, own, RELEASE)
    assert restored(mine, release, GRADED) == (mine, ())


def test_what_a_flat_script_is_graded_on_is_never_put_back(tmp_path: Path) -> None:
    """A blank of the release notebook would stand in for the student's own broken part."""
    cells = ["model = Dense(# your code", "print(model)"]
    own, release = notebooks(tmp_path, cells, ["model = None\nmodel.summary()"])
    assert restored(own, release, (), ("model",)) == (own, ())
    assert restored(own, release, ())[1]


def test_code_without_functions_gets_its_imports_back(tmp_path: Path) -> None:
    """In a flat script every cell is graded."""
    own, release = notebooks(tmp_path, ["print(math.pi)"], RELEASE)
    mended, _ = restored(own, release, ())
    assert "import math" in mended.cells[0].source
