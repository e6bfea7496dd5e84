"""The assignment's questions to flat code: objects, other names, broken parts, data read again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from grader.assignment import folder as assignment
from grader.judge.checks import batches_and_shape, delivers_split, labels_right
from grader.records import Answer, Evidence

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parents[2] / "helpers" / "fake_keras.py"
CHOSEN = assignment.load_assignment("horses-vs-humans")
DATA = ["train_val_datasets", "train_val_generators"]
BASE = "pre_trained_model = InceptionV3()\nfor x in pre_trained_model.layers: x.trainable = False"
CUT = "last_layer = pre_trained_model.get_layer('mixed7')\nlast_output = last_layer.output"
HEAD = "model = Model(pre_trained_model.input, Layer('x')(last_output))\nmodel.compile()"
READ = (
    "train_generator = Generator().flow_from_directory('data/train', 20)\n"
    "validation_generator = Generator().flow_from_directory('data/validation', 20)"
)


class Asked:
    """Answers and graphs of one notebook."""

    def __init__(self, folder: Path, asked: Any) -> None:
        told = json.loads((folder / "out" / "answers.json").read_text())
        answers = {name: Answer(**value) for name, value in told.items()}
        submission = SimpleNamespace(revision="a", functions=(), notes=())
        self.answers = answers
        self.evidence = cast(
            Evidence,
            SimpleNamespace(answers=answers, asked=asked, submission=submission, decoded={}),
        )
        self.networks_of_ours = json.loads((folder / "ours.json").read_text())
        graphs = (folder / "out").glob("graph_*.json")
        self.trainable = {one.stem[6:]: json.loads(one.read_text())["trainable"] for one in graphs}

    def told(self, function: str) -> dict[str, Any]:
        return cast(dict[str, Any], self.answers[function].value)

    def split(self, name: str) -> str:
        return delivers_split(self.evidence, functions=DATA, split=name).message


def ask(folder: Path, *cells: str, sandboxed: bool = True, **more: Any) -> Asked:
    """Run the cells and put the questions, in a Python of its own."""
    for split in ("train", "validation"):
        for kind in ("horses", "humans"):
            place = folder / "assets" / split / kind
            place.mkdir(parents=True)
            Image.new("RGB", (8, 8)).save(place / f"{split}-{kind}.png")
    (folder / "assets" / "weights.h5").touch()
    for name in ("work", "out", "in"):
        (folder / name).mkdir()
    (folder / "work" / "data").symlink_to(folder / "assets")
    asked = {**CHOSEN.ask_inputs(5), **more}
    asked["network"] = {**asked["network"], "weights": "weights.h5"}
    (folder / "in" / "settings.json").write_text("{}")
    (folder / "cells.json").write_text(json.dumps(cells))
    told = {"source": CHOSEN.ask_source, "asked": asked}
    (folder / "asked.json").write_text(json.dumps(told))
    inside = {"GRADER_DATA": str(folder / "assets")}
    inside |= {"GRADER_IN": str(folder / "in")} if sandboxed else {}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder)],
        env={**os.environ, **inside, "HOME": str(folder), "IPYTHONDIR": str(folder)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (folder / "out" / "answers.json").is_file(), done.stdout
    return Asked(folder, asked)


def test_objects_stand_for_functions(tmp_path: Path) -> None:
    """Network, tensor, model and generators are asked as they were left; nothing is carried."""
    got = ask(tmp_path, BASE, CUT, HEAD, READ)
    assert got.told("create_pre_trained_model")["object"] == "pre_trained_model"
    assert got.told("output_of_last_layer")["is_tensor"]
    assert not got.told("create_final_model")["carried"]
    assert got.split("train") == "The training data come from the right folder."
    assert got.split("validation") == "The validation data come from the right folder."
    assert labels_right(got.evidence, functions=DATA).share == 1
    sizes = {"batch": {"a": 20, "other": 32}, "image_shape": [150, 150, 3]}
    assert batches_and_shape(got.evidence, functions=DATA, **sizes).share == 1  # type: ignore[arg-type]
    assert got.networks_of_ours == 0


@pytest.mark.parametrize(
    ("wanted", "answered", "graphs"),
    [("create_pre_trained_model", 1, {"base"}), ("output_of_last_layer", 2, {"base", "cut"}),
     ("create_final_model", 3, {"base", "final"})],
)  # fmt: skip
def test_only_what_is_wanted_is_asked(
    tmp_path: Path, wanted: str, answered: int, graphs: set[str]
) -> None:
    """And what it builds on; nothing is said of the others, nor built in their place."""
    got = ask(tmp_path, BASE, CUT, HEAD, READ, wanted=[wanted])
    assert len(got.answers) == answered
    assert set(got.trainable) == graphs
    assert got.networks_of_ours == 0


def test_a_broken_network_costs_once(tmp_path: Path) -> None:
    """The cells that failed run again with ours: cut and model are there after all."""
    got = ask(tmp_path, "pre_trained_model = None\npre_trained_model.summary()", CUT, HEAD)
    assert got.told("create_pre_trained_model")["kind"] == "NoneType"
    assert got.told("output_of_last_layer")["carried"]
    assert got.told("output_of_last_layer")["is_tensor"]
    assert got.told("create_final_model")["is_model"]


def test_a_broken_cut_costs_once(tmp_path: Path) -> None:
    """The layer in place of its output: the model is built on our cut and judged by itself."""
    got = ask(tmp_path, BASE, CUT.replace("last_layer.output", "last_layer"), HEAD)
    assert not got.told("output_of_last_layer")["is_tensor"]
    assert got.told("create_final_model") == {
        "kind": "Model", "is_model": True, "object": "model", "carried": True, "export": "",
    }  # fmt: skip


def test_another_network_costs_once(tmp_path: Path) -> None:
    """A network without that layer: cut and model are asked on ours."""
    renamed = "for place, x in enumerate(pre_trained_model.layers): x.name = f'other{place}'"
    got = ask(tmp_path, f"{BASE}\n{renamed}", CUT, HEAD)
    assert got.told("create_pre_trained_model")["is_model"]
    assert got.told("output_of_last_layer")["carried"]
    assert got.told("output_of_last_layer")["is_tensor"]
    assert got.told("create_final_model")["is_model"]


def test_a_network_that_no_head_fits_costs_once(tmp_path: Path) -> None:
    """Without a size of images Flatten has none either: the head is asked on our network."""
    opened = "type('KerasTensor', (), {'shape': (None, None, None, 768)})()"
    got = ask(
        tmp_path, f"{BASE}\nfor x in pre_trained_model.layers: x.output = {opened}", CUT, HEAD
    )
    assert not got.told("output_of_last_layer")["carried"]
    assert got.told("create_final_model")["carried"]
    assert got.told("create_final_model")["is_model"]


def test_a_network_that_was_not_finished_costs_once(tmp_path: Path) -> None:
    """Its cell failed before it froze anything: cut and model are built again, on ours."""
    loading = "pre_trained_model.load_weights('nothing.h5')"
    got = ask(tmp_path, BASE.replace("\n", f"\n{loading}\n"), CUT, HEAD, "model.layers")
    assert got.trainable["base"] == 311
    assert got.told("output_of_last_layer")["carried"]
    assert got.told("create_final_model")["is_model"]


def test_one_cell_for_everything_is_taken_as_it_is(tmp_path: Path) -> None:
    """An error at its end: nothing can be put between its parts, and nothing has to be."""
    got = ask(tmp_path, "\n".join([BASE, CUT, HEAD, "model.fit(nothing)"]))
    assert not got.told("output_of_last_layer")["carried"]
    assert got.told("output_of_last_layer")["is_tensor"]
    assert not got.told("create_final_model")["carried"]
    assert got.told("create_final_model")["is_model"]


def test_a_mistake_of_ones_own_is_no_ones_else(tmp_path: Path) -> None:
    """A cell that fails on our network too stays failed."""
    got = ask(tmp_path, BASE, CUT.replace("mixed7", "mixd7"), HEAD.replace("Layer(", "Laier("))
    assert got.answers["output_of_last_layer"].status == "missing"
    assert got.answers["create_final_model"].status == "missing"


def test_releasing_the_network_later_is_one_mistake(tmp_path: Path) -> None:
    """The network itself is looked at as it was before the final model."""
    got = ask(tmp_path, BASE, CUT, HEAD, "pre_trained_model.trainable = True")
    assert got.trainable["base"] == 0


@pytest.mark.parametrize("other", ["validation", "train"])
def test_data_sets_are_read_again(tmp_path: Path, other: str) -> None:
    """They know their files from when they were made, so the cells that made them run again."""
    cells = f"t_train = DatasetV2('data/train', 20)\nt_val = DatasetV2('data/{other}', 20)"
    got = ask(tmp_path, cells)
    assert got.split("train") == "The training data come from the right folder."
    words = {"validation": "The validation data come from the right folder.",
             "train": "The validation data come from the training folder."}  # fmt: skip
    assert got.split("validation") == words[other]


def test_data_sets_in_a_list_are_read_again(tmp_path: Path) -> None:
    """By the cell that left the list, which stands behind the one that names the folder."""
    cell = "sets = [DatasetV2(folder + split, 20) for split in ('train', 'validation')]"
    got = ask(tmp_path, "folder = 'data/'", cell)
    assert got.split("train") == "The training data come from the right folder."
    assert got.split("validation") == "The validation data come from the right folder."


@pytest.mark.parametrize("text", ["'{}'", "pathlib.Path('{}')"])
@pytest.mark.parametrize("named", ["root", "splits", "same cell"])
def test_the_self_check_leads_names_of_folders_elsewhere(
    tmp_path: Path, text: str, named: str
) -> None:
    """In a kernel of the student's the folders themselves cannot be: they are the only ones."""
    where = text.format(tmp_path / "assets")
    folders = f"import pathlib, os\nroot = {where}\na, b = (os.path.join(root, s) for s in "
    folders += "('train', 'validation'))"
    read = {"splits": "t_train, t_val = DatasetV2(a, 20), DatasetV2(b, 20)",
            "root": "t_train, t_val = (DatasetV2(os.path.join(root, s), 20) for s in "
            "('train', 'validation'))"}  # fmt: skip
    cells = [folders, read[named]] if named in read else [f"{folders}\n{read['splits']}"]
    got = ask(tmp_path, *cells, sandboxed=False)
    assert got.split("train") == "The training data come from the right folder."
    assert got.split("validation") == "The validation data come from the right folder."
    assert len(list((tmp_path / "assets").rglob("*.png"))) == 4


def test_functions_that_keep_to_their_own_folder(tmp_path: Path) -> None:
    """A data function that ignores its arguments is seen all the same."""
    body = READ.replace("\n", "\n    ")
    returned = "return train_generator, validation_generator"
    function = f"def train_val_generators(a, b):\n    {body}\n    {returned}"
    got = ask(tmp_path, function)
    assert got.split("train") == "The training data come from the right folder."
    assert got.answers["create_final_model"].status == "missing"


@pytest.mark.parametrize("other", ["validation", "train"])
def test_functions_that_hand_over_what_a_cell_made(tmp_path: Path, other: str) -> None:
    """The cell that made the data sets is run again before the function is asked."""
    cell = f"first = DatasetV2('data/train', 20)\nsecond = DatasetV2('data/{other}', 20)"
    function = "def train_val_generators(a, b):\n    return first, second"
    got = ask(tmp_path, cell, function)
    assert got.split("train") == "The training data come from the right folder."
    words = {"validation": "The validation data come from the right folder.",
             "train": "The validation data come from the training folder."}  # fmt: skip
    assert got.split("validation") == words[other]


LOAD = (
    "import numpy as np\nfrom pathlib import Path\nfrom PIL import Image\n"
    "def load(split):\n"
    "    files = [(path, label) for label, kind in enumerate(('horses', 'humans'))\n"
    "             for path in sorted(Path('data', split, kind).iterdir())]\n"
    "    images = [Image.open(path).convert('RGB').resize((150, 150)) for path, _ in files]\n"
    "    return np.stack([np.asarray(image) for image in images]), np.array([y for _, y in files])"
)
"""Images and labels of a folder as arrays."""
ARRAYS = "a, b = load('train')\nc, d = load('validation')"


@pytest.mark.parametrize(
    ("handed", "validation"),
    [
        ("a / 255, b, batch_size=20, validation_data=(c / 255, d)", "right"),
        ("x=a, y=b, batch_size=20, validation_data=checking", "right"),
        ("a, b, batch_size=20, validation_data=(a[::2], b[::2])", "training"),
        ("a, b, batch_size=20, validation_split=0.2", "right"),
    ],
)
def test_arrays_that_are_trained_with_are_read_again(
    tmp_path: Path, handed: str, validation: str
) -> None:
    """Under whatever names, in the batches in which they are trained with."""
    fit = f"%%time\nmodel.fit({handed})"
    got = ask(
        tmp_path, BASE, CUT, HEAD, LOAD, ARRAYS, "checking = (c, d)\nx_val, y_val = c, d", fit
    )
    assert got.split("train") == "The training data come from the right folder."
    assert got.split("validation") == f"The validation data come from the {validation} folder."
    assert labels_right(got.evidence, functions=DATA).share == 1
    sizes = {"batch": {"a": 20, "other": 32}, "image_shape": [150, 150, 3]}
    assert batches_and_shape(got.evidence, functions=DATA, **sizes).share == 1  # type: ignore[arg-type]


def test_arrays_that_nothing_trains_with_are_told_apart_by_their_names(tmp_path: Path) -> None:
    """As where the training is a loop of the student's own."""
    names = ARRAYS.replace("a, b", "X_train, y_train").replace("c, d", "X_test, y_test")
    got = ask(tmp_path, LOAD, names, "X_train = X_train / 255")
    assert got.split("train") == "The training data come from the right folder."
    assert got.split("validation") == "The validation data come from the right folder."


def test_what_is_trained_with_counts_before_what_it_was_made_of(tmp_path: Path) -> None:
    """A data set of other images would be a mistake; a few of them, to try, are none."""
    read = READ.replace("20", "1")
    wrong = "other = Generator().flow_from_directory('data/validation', 1)"
    few = "few = Generator().flow_from_directory('data/train', 1)\nfew.files = few.files[:1]"
    fits = {"other": "The training data come from the validation folder.",
            "few": "The training data come from the right folder."}  # fmt: skip
    for name, said in fits.items():
        (folder := tmp_path / name).mkdir()
        got = ask(folder, BASE, CUT, HEAD, read, wrong, few, f"model.fit({name})")
        assert got.split("train") == said


def test_a_name_that_is_none_stops_nothing(tmp_path: Path) -> None:
    """As `globals()` takes any; what cannot be written in code is not found."""
    odd = "globals()['my train data'] = train_generator\ndel train_generator"
    got = ask(tmp_path, READ, odd)
    assert got.split("validation") == "The validation data come from the right folder."
