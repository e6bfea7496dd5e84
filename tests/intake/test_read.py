"""Reading one notebook: everything that is odd but readable is read, nothing else gets through."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader.intake.read import MAX_BYTES, Notebook, read_notebook
from grader.records import Submission
from grader.records.errors import IntakeError

FUNCTIONS = ("create_final_model",)
DEFINITION = "def create_final_model(a, b):\n    return 1\n"


def notebook(*sources: Any, **extra: Any) -> dict[str, Any]:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": s} for s in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | extra


def written(folder: Path, content: Any, name: str = "one.ipynb") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def taken(path: Path) -> tuple[Submission, Notebook]:
    return read_notebook(
        path, submission_id="ada", graded_functions=FUNCTIONS, stop="grade-up-to-here"
    )


def test_functions_are_found_by_name_not_by_tag_or_position(tmp_path: Path) -> None:
    """A graded function counts wherever it stands, beside cells that do not parse."""
    path = written(tmp_path, notebook("for None in None", "%matplotlib inline\n" + DEFINITION))
    submission, read_back = taken(path)
    assert submission.functions == FUNCTIONS
    assert read_back.functions == {"create_final_model": 1}


def test_the_last_definition_counts_and_that_is_said(tmp_path: Path) -> None:
    """Two definitions: the later one is what the notebook leaves behind."""
    submission, read_back = taken(written(tmp_path, notebook(DEFINITION, DEFINITION)))
    assert read_back.functions["create_final_model"] == 1
    assert "more than once" in submission.notes[0]


def test_grade_up_to_here_stops_after_its_cell(tmp_path: Path) -> None:
    """Cells behind the comment are neither run nor searched."""
    path = written(tmp_path, notebook("a = 1  \n# grade-up-to-here", DEFINITION))
    submission, read_back = taken(path)
    assert [cell.index for cell in read_back.code] == [0]
    assert submission.functions == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + json.dumps(notebook(DEFINITION)).encode(),
        json.dumps(notebook(DEFINITION)) + "\n<html>trailing</html>",
        json.dumps(notebook(DEFINITION.replace("\n", "\r\n"))),
        json.dumps(notebook([DEFINITION[:10], DEFINITION[10:]])),
        json.dumps(notebook(DEFINITION, metadata={"kernelspec": {"name": "python2"}})),
        json.dumps(
            {
                "nbformat": 3,
                "nbformat_minor": 0,
                "worksheets": [{"cells": [{"cell_type": "code", "input": DEFINITION}]}],
            }
        ),
    ],
    ids=["bom", "trailing", "crlf", "lines", "python2", "nbformat3"],
)
def test_odd_but_readable_notebooks_are_read(tmp_path: Path, content: Any) -> None:
    """None of these is the student's mistake."""
    submission, _ = taken(written(tmp_path, content))
    assert submission.functions == FUNCTIONS


def test_stored_outputs_and_metadata_do_not_get_past_intake(tmp_path: Path) -> None:
    """They are no evidence and often hold personal data."""
    odd = notebook(DEFINITION)
    odd["cells"][0]["outputs"] = [{"output_type": "stream", "text": "SECRET" * 100_000}]
    odd["metadata"]["colab"] = {"name": "SECRET"}
    submission, read_back = taken(written(tmp_path, odd))
    assert "SECRET" not in submission.model_dump_json() + read_back.model_dump_json()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("not json", "a text"),
        ("[1, 2]", "list"),
        ('{"a": 1}', "no list of cells"),
        ("[" * 200_000, "nested too deeply"),
        ('{"cells": 3}', "no list of cells"),
        (json.dumps(notebook("1", nbformat=99)), "format"),
        (json.dumps(notebook(*["x"] * 2001)), "2001 cells"),
        (json.dumps(notebook("x" * 2_000_001)), "characters"),
        ('{"cells": [], "n": ' + "1" * 5000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_notebook_is_refused_in_words(tmp_path: Path, content: str, words: str) -> None:
    """One line: what we saw and what to do; never a stack."""
    with pytest.raises(IntakeError, match=words) as caught:
        taken(written(tmp_path, content))
    assert caught.value.what_to_do
    assert str(tmp_path) not in str(caught.value)


def test_a_file_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    """The size is looked at before the content; a sparse file costs nothing."""
    path = tmp_path / "huge.ipynb"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(IntakeError, match="MB"):
        taken(path)


@pytest.mark.parametrize("kind", ["link", "folder", "fifo"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: str) -> None:
    """A link could name any file of the instructor's machine; a FIFO would block for ever."""
    path = tmp_path / "one.ipynb"
    if kind == "link":
        path.symlink_to(written(tmp_path, notebook("1"), "real.ipynb"))
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(IntakeError, match="regular file"):
        taken(path)


def test_nuls_and_lone_surrogates_do_not_stop_the_reading(tmp_path: Path) -> None:
    """They fail when the cell is run, in front of the student, not here."""
    text = json.dumps(notebook("x = '\x00'", "y = '\ud800'", DEFINITION))
    submission, read_back = taken(written(tmp_path, text))
    assert submission.functions == FUNCTIONS
    read_back.model_dump_json().encode("utf-8")


def test_an_empty_list_of_cells_is_a_notebook(tmp_path: Path) -> None:
    """Few points, but a grade: it is the student's, not ours."""
    submission, read_back = taken(written(tmp_path, notebook()))
    assert submission.functions == ()
    assert read_back.cells == ()


def test_lines_without_their_ends_are_lines_all_the_same(tmp_path: Path) -> None:
    """So programs write notebooks; a line in two parts, as Jupyter writes none, stays one."""
    sources = [["def f():", "    return 1"], ["x = [1,\n", "     2]"], ["x"], []]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    _, notebook = read_notebook(path, submission_id="a")
    assert [cell.source for cell in notebook.cells] == [
        "def f():\n    return 1", "x = [1,\n     2]", "x", ""
    ]  # fmt: skip


MARIMO = """import marimo

__generated_with = "0.9.0"
app = marimo.App(width="medium")

with app.setup:
    import numpy as np


@app.cell
def __(np):
    # comment
    def graded(a):
        return np.sum(a)

    size = 3
    return graded, size


@app.cell(hide_code=True)
def _(mo):
    mo.md("text")
    return


@app.function
def helper():
    return 1


if __name__ == "__main__":
    app.run()
"""


def test_a_marimo_notebook_is_read_cell_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(MARIMO)
    submission, notebook = read_notebook(path, submission_id="a", graded_functions=("graded",))
    assert submission.functions == ("graded",)
    assert [cell.source.split("\n")[0] for cell in notebook.cells] == [
        "import numpy as np", "def graded(a):", 'mo.md("text")', "def helper():"
    ]  # fmt: skip
