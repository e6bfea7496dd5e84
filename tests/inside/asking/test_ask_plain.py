"""The questions of the plain family: models by function or as objects, arrays of marked rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from grader.judge.checks import (
    array_labels_right,
    array_scale,
    array_shape,
    delivers_arrays,
    marked_arrays,
)
from grader.records import Answer, Evidence, MissingEvidence

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parents[2] / "helpers" / "fake_keras.py"
SOURCE = """
from grader_inside.asking import ask_plain

def ask(notebook, asked, out):
    ask_plain(notebook, asked, out)
"""
LOAD = """
import numpy as np

def load_data():
    with np.load("digits.npz") as data:
        pairs = [(data[f"x_{of}"][..., None] / 16, data[f"y_{of}"]) for of in ("train", "test")]
    return tuple(pairs)
"""
MODEL = """
def build_model():
    model = Model("start")
    model.compile()
    return model
"""
FLAT = (
    "import numpy as np",
    "data = np.load('data/digits.npz')\nx_train, y_train = data['x_train'], data['y_train']",
    "x_test, y_test = data['x_test'], data['y_test']",
    "x_train = x_train[..., None] / 16\nx_test = x_test[..., None].astype('float64')",
    "x_test /= 16",
    "test_guess = np.zeros((len(x_test), 10))",
)
RIGHT = "The training data are the right rows."


def hidden() -> dict[str, Any]:
    sets = {"train": ("x_train", "y_train", 60), "validation": ("x_test", "y_test", 33)}
    return {
        "functions": {"data": ["load_data"], "final": ["build_model"]},
        "seconds": {"data": 20, "final": 20},
        "input_shape": [8, 8, 1],
        "data": marked_arrays(
            Random(3), sets, file="digits.npz", shape=[8, 8], span=[0, 16], classes=10  # noqa: S311
        ),
    }  # fmt: skip


class Asked:
    """Answers of one notebook, and what the checks make of them."""

    def __init__(self, folder: Path, asked: Any) -> None:
        told = json.loads((folder / "out" / "answers.json").read_text())
        self.answers = {name: Answer(**value) for name, value in told.items()}
        submission = SimpleNamespace(revision="a", functions=(), notes=())
        run = SimpleNamespace(cells=(), message="")
        self.evidence = cast(
            Evidence,
            SimpleNamespace(
                answers=self.answers, asked=asked, submission=submission, run=run, graphs={}
            ),
        )
        self.graphs = {path.stem[6:] for path in (folder / "out").glob("graph_*.json")}

    def split(self, name: str) -> str:
        return delivers_arrays(self.evidence, functions=["load_data"], split=name).message

    def told(self, function: str) -> dict[str, Any]:
        return cast(dict[str, Any], self.answers[function].value)


def ask(folder: Path, *cells: str, **more: Any) -> Asked:
    """Run the cells and put the questions, in a Python of its own."""
    for name in ("assets", "work", "out", "in"):
        (folder / name).mkdir()
    dice = np.random.default_rng(1)
    real = {"x_train": dice.uniform(0, 16, (9, 8, 8)), "y_train": np.arange(9),
            "x_test": dice.uniform(0, 16, (5, 8, 8)), "y_test": np.arange(5)}  # fmt: skip
    np.savez(folder / "assets" / "digits.npz", **cast(Any, real))
    (folder / "work" / "data").symlink_to(folder / "assets")
    (folder / "work" / "digits.npz").symlink_to(folder / "assets" / "digits.npz")
    asked = {**hidden(), **more}
    (folder / "in" / "settings.json").write_text("{}")
    (folder / "cells.json").write_text(json.dumps(cells))
    (folder / "asked.json").write_text(json.dumps({"source": SOURCE, "asked": asked}))
    inside = {"GRADER_DATA": str(folder / "assets"), "GRADER_IN": str(folder / "in")}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder)],
        env={**os.environ, **inside, "HOME": str(folder), "IPYTHONDIR": str(folder)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (folder / "out" / "answers.json").is_file(), done.stdout
    return Asked(folder, asked)


@pytest.mark.parametrize("returned", ["[model]", "(model, 'history')", "{'best': model, 'n': 1}"])
def test_a_model_that_comes_with_other_things_is_taken_out(tmp_path: Path, returned: str) -> None:
    """What is there is judged."""
    got = ask(tmp_path, LOAD, MODEL.replace("return model", f"return {returned}"))
    assert got.told("build_model")["within"] in ("list", "tuple", "dict")
    assert got.graphs == {"final"}


@pytest.mark.parametrize("returned", ["[model, Model('b')]", "(1, 2)", "{}", "{'n': [model]}"])
def test_nothing_is_taken_out_where_it_is_not_clear_what(tmp_path: Path, returned: str) -> None:
    """Of two models nobody knows which is meant."""
    got = ask(tmp_path, LOAD, MODEL.replace("return model", f"return {returned}"))
    assert not got.told("build_model")["is_model"]
    assert not got.graphs


def test_functions_are_asked(tmp_path: Path) -> None:
    """The rows of the hidden file come out, and the model's graph; the real file is back."""
    got = ask(tmp_path, LOAD, MODEL)
    assert got.split("train") == RIGHT
    assert got.split("validation") == "The validation data are the right rows."
    assert array_labels_right(got.evidence, functions=["load_data"]).share == 1
    assert array_shape(got.evidence, functions=["load_data"], shape=[8, 8, 1]).share == 1
    assert array_scale(got.evidence, functions=["load_data"], spans=[[0, 1]]).share == 1
    assert got.told("build_model")["is_model"] and got.graphs == {"final"}
    assert (tmp_path / "work" / "digits.npz").resolve() == tmp_path / "assets" / "digits.npz"
    assert not list((tmp_path / "work").glob("asked-*"))


def test_a_model_is_handed_the_notebooks_own_rows(tmp_path: Path) -> None:
    """As `adapt` needs them: not the hidden ones."""
    model = """
def build_model(rows):
    assert rows.shape == (5, 8, 8, 1), rows.shape
    return Model("start")
"""
    got = ask(tmp_path, LOAD, model, given={"final": [{"split": "validation"}]})
    assert got.answers["build_model"].status == "ok"
    (tmp_path / "again").mkdir()
    got = ask(tmp_path / "again", "load_data = None", model, given={"final": [{"split": "train"}]})
    assert "'NoneType'" in got.answers["build_model"].error


def test_what_a_function_wants_more_is_handed_over_as_the_notebook_does(tmp_path: Path) -> None:
    """By place or by name, whatever the names hold now; a call that does not fit is none."""
    wants = MODEL.replace("build_model()", "build_model(name, classes, *, rate)").replace(
        "return model", "return model if (name, classes, rate) == ('m', 10, 1.0) else None"
    )
    load = LOAD.replace("load_data()", "load_data(path, scale)").replace(
        'np.load("digits.npz")', "np.load(path)"
    ).replace("/ 16", "/ scale")  # fmt: skip
    calls = "load_data('digits.npz', 16)", "size = 3\nbuild_model('m', size, rate=size / 10)"
    got = ask(
        tmp_path, load, wants, *calls, "size = 10", "try: build_model(1)\nexcept TypeError: 0"
    )
    assert got.split("train") == RIGHT
    assert got.told("build_model")["is_model"] and got.graphs == {"final"}


def test_what_stands_around_a_function_is_handed_what_the_notebook_hands_it(tmp_path: Path) -> None:
    """A decorator that takes anything, around a function that takes nothing."""
    around = "def around(f):\n    return lambda *args, **words: f(*args, **words)\n"
    got = ask(tmp_path, LOAD, around + "load_data = around(load_data)", "load_data()")
    assert got.split("train") == RIGHT


def test_only_what_is_wanted_is_asked(tmp_path: Path) -> None:
    got = ask(tmp_path, LOAD, MODEL, wanted=["load_data"])
    assert set(got.answers) == {"load_data"} and not got.graphs


def test_a_function_that_returns_what_a_cell_has_read(tmp_path: Path) -> None:
    """The cell is run again with the hidden file in place; the notebook keeps its own arrays."""
    read = "import numpy as np\ndata = np.load('digits.npz')\nkept = data['x_train']"
    body = LOAD.replace('    with np.load("digits.npz") as data:\n', "    if True:\n")
    got = ask(tmp_path, read, body, MODEL)
    assert got.split("train") == RIGHT


def test_flat_code_is_run_again(tmp_path: Path) -> None:
    """Arrays by their names, those changed in place too; the compiled model, whatever its name."""
    model = "net = Model('start')\nnet.compile()"
    got = ask(tmp_path, *FLAT, model, objects={"load_data": ["x_train", "y_train"]})
    assert got.split("train") == RIGHT
    assert array_scale(got.evidence, functions=["load_data"], spans=[[0, 1]]).share == 1
    assert array_labels_right(got.evidence, functions=["load_data"]).share == 1
    assert got.told("build_model")["object"] == "net"


@pytest.mark.parametrize(
    ("change", "words"),
    [(("x_{of}", "x_train"), "The validation data are the rows for training."),
     (('"digits.npz") as data', '"other.npz") as data'), "With other numbers in the file, the "
      "validation data hold none of them: they come from somewhere else.")],
)  # fmt: skip
def test_rows_from_elsewhere(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    other = "import numpy as np; np.savez('other.npz', **{n: a[::-1] for n, a in "
    other += "np.load('digits.npz').items()})"
    got = ask(tmp_path, other, LOAD.replace(*change), MODEL)
    assert got.split("validation") == words


def test_rows_of_a_copy_are_those_of_the_file(tmp_path: Path) -> None:
    """Whatever it is called; afterwards it is as it was."""
    copied = "import shutil; shutil.copyfile('digits.npz', 'mine.bin')"
    got = ask(tmp_path, copied, LOAD.replace("digits.npz", "mine.bin"), MODEL)
    assert got.split("train") == RIGHT
    real, copy = tmp_path / "assets" / "digits.npz", tmp_path / "work" / "mine.bin"
    assert not copy.is_symlink() and copy.read_bytes() == real.read_bytes()


def test_what_is_not_there(tmp_path: Path) -> None:
    """Missing functions are said; a model that another is built on costs once."""
    functions = {"final": ["build_model"], "wrapped": ["wrap"]}
    more = {"functions": functions, "given": {"wrapped": [{"from": "final"}]},
            "seconds": {"final": 9, "wrapped": 9}}  # fmt: skip
    wrap = "def wrap(model):\n    return Model(model)"
    (tmp_path / "one").mkdir()
    got = ask(tmp_path / "one", "def build_model():\n    return 3", wrap, **more)
    assert not got.told("build_model")["is_model"]
    assert got.answers["wrap"].error == "it is handed the model of `build_model`, which gave none"
    (tmp_path / "two").mkdir()
    got = ask(tmp_path / "two", MODEL, wrap, **more)
    assert got.told("wrap")["is_model"] and got.graphs == {"final", "wrapped"}
    (tmp_path / "three").mkdir()
    got = ask(tmp_path / "three", "x = 1")
    assert got.answers["load_data"].status == got.answers["build_model"].status == "missing"
    with pytest.raises(MissingEvidence, match="no function `load_data`"):
        got.split("train")
