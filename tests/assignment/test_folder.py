"""Assignments: a folder is loaded whole, or its mistakes are named with file and key."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from evidence_samples import evidence

from grader.assignment.folder import Assignment, all_slugs, load_assignment
from grader.assignment.tables import Contents
from grader.assignment.vetting import refuse_old_imports, vet_inputs
from grader.records.errors import AssignmentError

TOML = """
title = "Adding"

[recipe]
strategy = "whole"
input_shape = [8, 8, 3]
batch_size = 4
seeds = [1]
threshold = 0.9

[[revisions]]
id = "old"
functions = ["plus"]
signs = ["print plus"]

[[revisions]]
id = "new"
functions = ["plus", "minus"]

[[objectives]]
id = "sums"
title = "Sums"

[[lessons]]
id = "one"
title = "Lesson 1"

[[criteria]]
id = "plus"
title = "Two and three"
points = 3
check = "value_is"
with = { function = "plus", key = "five", expected = 5 }
objective = "sums"
lessons = ["one"]

[[criteria]]
id = "minus"
title = "Also the other way"
points = 1
check = "mine"
needs = ["plus"]

[[misconceptions]]
id = "carry"
title = "The one that is carried"
next_step = "Write the numbers below each other."
when = { plus = ["failed"] }
"""
DATA = """
classes = ["a", "b"]

[splits.train]
images = "train"

[splits.hidden]
images = "hidden"

[stand_in.scales.full]
"""
CHECKS = """
from grader.checks import *
from grader.checks import passed

def ask_inputs(seed):
    return {"numbers": [seed, 3]}

def mine(evidence):
    return passed("fine")
"""
ASK = """
def ask(notebook, asked, out):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "adding"
    made.mkdir()
    (made / "assignment.toml").write_text(TOML)
    (made / "data.toml").write_text(DATA)
    (made / "checks.py").write_text(CHECKS)
    (made / "ask.py").write_text(ASK)
    return made


def test_a_folder_is_loaded(folder: Path) -> None:
    """Title, points, functions and checks are there."""
    loaded = load_assignment(folder)
    assert (loaded.slug, loaded.title, loaded.max_points) == ("adding", "Adding", 4)
    assert loaded.functions == ("plus", "minus")
    assert loaded.criteria[0].arguments["expected"] == 5
    assert callable(loaded.checks["mine"]) and callable(loaded.checks["loss_is"])
    assert loaded.ask_inputs(2) == {"numbers": [2, 3]}


MISTAKES = {
    "unknown key": ("points = 3", "points = 3\npionts = 4", "criteria[0].pionts"),
    "negative points": ("points = 3", "points = -3", "criteria[0].points"),
    "missing title": ('title = "Two and three"\n', "", "criteria[0].title"),
    "no such check": ('check = "mine"', 'check = "yours"', "criteria[1] (minus).check"),
    "unknown argument": ("expected = 5", "expects = 5", "criteria[0] (plus).with"),
    "missing argument": ('with = { function = "plus", key = "five", expected = 5 }', "",
                         "criteria[0] (plus).with"),
    "needs one below": ('check = "value_is"', 'check = "value_is"\nneeds = ["minus"]',
                        "criteria[0] (plus).needs"),
    "needs nothing": ('needs = ["plus"]', 'needs = ["times"]', "criteria[1] (minus).needs"),
    "same id twice": ('id = "minus"', 'id = "plus"', "criteria: the id 'plus'"),
    "odd id": ('id = "minus"', 'id = "Minus 1"', "criteria[1].id"),
    "no such objective": ('objective = "sums"', 'objective = "sum"', "(plus).objective"),
    "no such lesson": ('lessons = ["one"]', 'lessons = ["two"]', "(plus).lessons"),
    "rule about nothing": ("when = { plus", "when = { times", "misconceptions[0] (carry).when"),
    "odd status": ('["failed"]', '["wrong"]', "misconceptions[0].when"),
    "no TOML": ("[recipe]", "[recipe", "line"),
    "bad threshold": ("threshold = 0.9", "threshold = 90", "recipe.threshold"),
    "not a number": ("points = 3", "points = nan", "criteria[0].points"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_named(folder: Path, mistake: str) -> None:
    """The message holds the file and the key, so that the author finds the place."""
    old, new, key = MISTAKES[mistake]
    assert TOML.count(old) == 1
    (folder / "assignment.toml").write_text(TOML.replace(old, new))
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    assert str(folder / "assignment.toml") in str(raised.value) and key in str(raised.value)


ASKED = 'check = "mine"'
ARGUMENTS = {
    "text for a number": ('check = "loss_is"\nwith = { function = "plus", expected = 3 }',
                          "with.expected"),
    "one text for a list": ('check = "metric_is"\nwith = { function = "plus", expected = "acc" }',
                            "with.expected"),
    "share above 1": (
        'check = "has_layer"\nwith = { function = "plus", kind = "Dense", wrong = 2 }',
        "with.wrong"),
    "no such layer": ('check = "has_layer"\nwith = { function = "plus", kind = "Conv2d" }',
                      "there is no layer 'Conv2d', but 'Conv2D'"),
    "another name of a layer": (
        'check = "has_layer"\nwith = { function = "plus", kind = ["Dense", "MaxPool2D"] }',
        "with.kind: [1] there is no layer 'MaxPool2D', but 'MaxPooling2D'"),
    "no such place": (
        'check = "has_layer"\nwith = { function = "plus", kind = "Dense", before = "Out" }',
        "with.before"),
    "odd bound": ('check = "has_layer"\nwith = { function = "plus", kind = "Dense", '
                  'settings = { units = { least = 3 } } }', "with.settings"),
    "no such optimizer": ('check = "optimizer_is"\nwith = { function = "plus", kinds = ["Adam"] }',
                          "there is no optimizer 'Adam', but 'adam'"),
    "no such loss": ('check = "loss_is"\nwith = { function = "plus", expected = "crossentropy" }',
                     "there is no loss 'crossentropy'"),
    "other classes": ('check = "output_fits"\nwith = { function = "plus", classes = 3 }',
                      "with.classes: 3, but the data have 2 classes"),
    "one class": ('check = "output_fits"\nwith = { function = "plus", classes = 1 }',
                  "with.classes"),
    "no such function": ('check = "loss_is"\nwith = { function = "times", expected = "huber" }',
                         "with.function: no revision has a function 'times'"),
    "one of two functions": (
        'check = "labels_right"\nwith = { functions = ["plus", "times"] }',
        "with.functions: no revision has a function 'times'"),
    "a claim that earns points": ('check = "epochs_trained"', "points: epochs_trained believes"),
    "no such misconception": (
        'check = "metric_is"\nwith = { function = "plus", expected = ["accuracy"] }',
        "check: metric_is may name the misconception 'metric-missing'"),
    "nor with that argument": (
        'check = "scaled_once"\nwith = { functions = ["plus"], function = "plus", scaled = ["a"] }',
        "check: scaled_once may name the misconception"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", ARGUMENTS)
def test_what_a_check_is_asked_with_is_vetted(folder: Path, mistake: str) -> None:
    """Types, names of layers, functions, classes and misconceptions, before anything runs."""
    asked, words = ARGUMENTS[mistake]
    (folder / "assignment.toml").write_text(TOML.replace(ASKED, asked))
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    assert "criteria[1] (minus)." in str(raised.value) and words in str(raised.value)


@pytest.mark.parametrize(
    "asked",
    [
        'check = "batches_and_shape"\nwith = { functions = ["plus"], batch = { other = 3 }, '
        "image_shape = [8, 8, 3] }",
        'check = "has_layer"\nwith = { function = "plus", kind = "Conv2D", at_least = 2, '
        'settings = { filters = { at_least = 16 }, kernel_size = 3, activation = "relu" }, '
        'before = ["Flatten", "GlobalAveragePooling2D"], place = "first" }',
        'check = "accuracy_at_least"\nwith = { threshold = 0.9, steps = [[0.8, 0.5], [0.7, 1]] }',
        'check = "optimizer_is"\nwith = { function = "plus", kinds = ["adam"], rate = [1e-5, 1] }',
        'check = "output_fits"\nwith = { function = "minus", classes = 2 }',
    ],
)
def test_what_fits_is_loaded(folder: Path, asked: str) -> None:
    """A misconception is asked for only where the arguments let a check name it."""
    tables = """
[[misconceptions]]
id = "activation-and-logits"
title = "Squeezed twice"
next_step = "Leave one out."
"""
    (folder / "assignment.toml").write_text(TOML.replace(ASKED, asked) + tables)
    assert load_assignment(folder).max_points == 4


def test_own_checks_name_only_misconceptions_that_there_are(folder: Path) -> None:
    """What stands in `shows=` is looked up; the line is named."""
    known = CHECKS.replace('passed("fine")', 'passed("fine", shows=["carry"])')
    (folder / "checks.py").write_text(known)
    load_assignment(folder)
    (folder / "checks.py").write_text(known.replace('"carry"', '"carry" if evidence else "lost"'))
    with pytest.raises(AssignmentError, match=r"checks\.py, line 9: .* 'lost'"):
        load_assignment(folder)


def test_own_checks_may_declare_and_claim(folder: Path) -> None:
    """With the same two words as ready-made ones."""
    own = "\n@claim\n@may_show('lost')\ndef mine"
    (folder / "checks.py").write_text(CHECKS.replace("\ndef mine", own))
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    assert "(minus).points: mine believes" in str(raised.value)
    assert "(minus).check: mine may name the misconception 'lost'" in str(raised.value)


def test_an_own_check_may_say_nothing_of_its_types(folder: Path) -> None:
    """Or name some that are not there: then only the number of its arguments is vetted."""
    own = CHECKS.replace("def mine(evidence)", "def mine(evidence, *, a, b: 'Nowhere' = 3)")
    (folder / "checks.py").write_text(own)
    text = TOML.replace(ASKED, ASKED + "\nwith = { a = [1, 'x'], b = 1979-05-27 }")
    (folder / "assignment.toml").write_text(text)
    assert load_assignment(folder).criteria[1].arguments["a"] == [1, "x"]


def test_all_points_zero_is_a_mistake(folder: Path) -> None:
    """A rubric that pays nothing is no rubric."""
    text = TOML.replace("points = 3", "points = 0").replace("points = 1", "points = 0")
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(AssignmentError, match="all points together are 0"):
        load_assignment(folder)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("checks.py", "import nowhere_to_be_found", "ModuleNotFoundError"),
        ("checks.py", "def (", "SyntaxError"),
        ("checks.py", "from grader.checks import *\ndef mine(evidence): ...", "ask_inputs"),
        ("ask.py", "def ask(", "ask.py"),
        ("ask.py", "def answer(): ...", "no function `ask`"),
    ],
)
def test_broken_python_is_named(folder: Path, name: str, text: str, words: str) -> None:
    """Which of the two files, and what is wrong with it."""
    (folder / name).write_text(text)
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    assert name in str(raised.value) and words in str(raised.value)


@pytest.mark.parametrize("line", ["import carrying", "from asking_data import ask_data as a",
                                  "    import export, json"])  # fmt: skip
def test_an_earlier_ask_is_told_what_to_change(folder: Path, line: str) -> None:
    """File, line, and from where it is imported today; packages of others and our own are fine."""
    fine = "import json, contextlib\nfrom grader_inside.asking import carrying, export\n"
    refuse_old_imports(fine, folder / "ask.py")
    source = f"{fine}def ask(notebook, asked, out):\n    pass\n{line}\n"
    if line.startswith(" "):
        source = source.replace("    pass\n", "")
    with pytest.raises(AssignmentError, match=r"ask\.py, line [45].*grader_inside\.asking"):
        refuse_old_imports(source, folder / "ask.py")


def test_an_ask_of_before_the_families_is_told_what_to_call(folder: Path) -> None:
    """What stood in every ask.py is one call now."""
    source = "from grader_inside.asking import Answers, as_before, is_model\n"
    with pytest.raises(AssignmentError, match=r"ask\.py, line 1: .*'as_before'.*ask_transfer"):
        refuse_old_imports(source, folder / "ask.py")


@pytest.mark.parametrize("name", ["missing.py", "checks.py", "ask.py"])
def test_modules_for_students_are_files_that_they_may_see(folder: Path, name: str) -> None:
    """Named with file and key; hidden answers never come in this way."""
    (folder / "assignment.toml").write_text(
        TOML.replace("[recipe]", f"[run]\nmodules = ['{name}']\n[recipe]")
    )
    with pytest.raises(AssignmentError, match=rf"assignment\.toml: run\.modules: '{name}'"):
        load_assignment(folder)


@pytest.mark.parametrize("name", ["assignment.toml", "checks.py", "ask.py"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """A folder without one of its three files is no assignment."""
    (folder / name).unlink()
    with pytest.raises(AssignmentError, match=name):
        load_assignment(folder)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A typing error on the command line is answered with what there is."""
    with pytest.raises(AssignmentError, match="horses-vs-humans"):
        load_assignment("horses-vs-zebras")


def test_hidden_inputs_are_plain_json(folder: Path) -> None:
    """What cannot be written as JSON is a mistake of the folder, not of a submission."""
    text = CHECKS.replace("[seed, 3]", "{1, 2}")
    (folder / "checks.py").write_text(text)
    with pytest.raises(AssignmentError, match="plain JSON"):
        load_assignment(folder).ask_inputs(1)


ROWS = """
import random
from grader.checks import *
from grader.checks import marked_arrays, passed

def ask_inputs(seed):
    sets = {"train": ("x", "y", 5)}
    dice = random.Random(seed)
    data = marked_arrays(dice, sets, file="all.npz", shape=[8], span=[0, 1], classes=2)
    return {"functions": {"data": ["plus"]}, "seconds": {"data": 9}, "data": data}

def mine(evidence):
    return passed("fine")
"""
ASK_ROWS = """
from grader_inside.asking import ask_plain

def ask(notebook, asked, out):
    ask_plain(notebook, asked, out)
"""
DATA_ROWS = """
files = ["all.npz"]
[stand_in.scales.full]
"""
WRONG_INPUTS = {
    # of another length: Python tells two texts of one second by their size
    "line": ("random.Random", "random.Randoms", r"checks\.py: ask_inputs\(0\) raised .*line 8"),
    "function": ('["plus"]', '["pluss"]', r"functions\.data: no revision has a function 'pluss'"),
    "list": ('["plus"]', '"plus"', r"functions\.data: expected a list"),
    "seconds": ('"data": 9', '"dta": 9', r"seconds\.data: is missing"),
    "part": (
        '"data": data}',
        '"data": data, "given": {"fin": [[8]]}}',
        r"given\.fin: .* no such part",
    ),
    "handed": (
        '"data": data}',
        '"data": data, "given": {"data": [{"split": "trian"}]}}',
        "split .*'trian'",
    ),
    "no data": (', "data": data}', "}", r"data: expected `images`"),
    "file": ('file="all.npz"', 'file="al.npz"', r"data\.file: 'al\.npz' is no file .*all\.npz"),
    "split": ('{"train"', '{"training"', r"\(rows\)\.with\.split: .* not for 'train'"),
}


@pytest.mark.parametrize(("old", "new", "words"), WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_inputs_that_do_not_fit_are_named(folder: Path, old: str, new: str, words: str) -> None:
    """Else the first class would show it: no notebook could be asked, and all were held."""
    rows = '[[criteria]]\nid = "rows"\ntitle = "R"\npoints = 1\ncheck = "delivers_arrays"\n'
    rows += 'with = { functions = ["plus"], split = "train" }\n'
    text = re.sub(r"\[recipe\].*?\n\n", "", TOML, flags=re.DOTALL)
    (folder / "assignment.toml").write_text(text + rows)
    (folder / "data.toml").write_text(DATA_ROWS)
    (folder / "ask.py").write_text(ASK_ROWS)
    (folder / "checks.py").write_text(ROWS)
    load_assignment(folder)
    (folder / "checks.py").write_text(ROWS.replace(old, new))
    with pytest.raises(AssignmentError, match=words):
        load_assignment(folder)


def test_images_that_are_asked_are_of_splits_that_there_are() -> None:
    """Where they are painted, data.toml says."""
    cats = load_assignment("cats-v-dogs")
    contents = Contents.model_validate(tomllib.loads((cats.folder / "assignment.toml").read_text()))
    asked = cats.ask_inputs(1)
    assert asked["data"]["splits"] == {"train": "train", "validation": "validation"}
    asked["data"]["images"] = [["trian/cats/a.png", [1, 2, 3], [9, 9], "RGB", 0.0]]
    with pytest.raises(AssignmentError, match=r"data\.images: 'trian' is painted"):
        vet_inputs(asked, cats.ask_source, contents, cats.data, Path("a"), Path("c"))


def test_rows_that_are_asked_look_like_the_data() -> None:
    """Shape, classes and names of arrays stand in both files."""
    digits = load_assignment("digits-cnn")
    contents = Contents.model_validate(
        tomllib.loads((digits.folder / "assignment.toml").read_text())
    )
    asked = digits.ask_inputs(1)
    asked["data"] |= {"shape": [9, 8], "classes": 9}
    asked["data"]["sets"][0]["inputs"] = "x"
    with pytest.raises(AssignmentError) as raised:
        vet_inputs(asked, digits.ask_source, contents, digits.data, Path("a"), Path("c"))
    for words in ("data.shape: [9, 8]", "data.classes: 9", "data.sets (train): no split"):
        assert words in str(raised.value)


def test_the_hash_follows_the_content(folder: Path) -> None:
    """Every file counts, byte-code and hidden images do not."""
    before = load_assignment(folder).sha256
    (folder / "hidden").mkdir()
    (folder / "hidden" / "one.png").write_bytes(b"x")
    assert load_assignment(folder).sha256 == before
    (folder / "release.ipynb").write_text("{}")
    assert load_assignment(folder).sha256 != before


def test_two_assignments_do_not_share_their_checks(folder: Path) -> None:
    """Each folder's checks.py is a module of its own."""
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    (other / "checks.py").write_text(CHECKS.replace('"fine"', '"other"'))
    one, two = load_assignment(folder), load_assignment(other)
    assert one.checks["mine"] is not two.checks["mine"]


def test_an_edit_within_the_second_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same length and time: Python's kept compilation would be taken for it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    said = []
    for word in ("fine", "good"):
        (folder / "checks.py").write_text(CHECKS.replace('"fine"', f'"{word}"'))
        os.utime(folder / "checks.py", (1e9, 1e9))
        said.append(load_assignment(folder).checks["mine"](evidence()).message)
    assert said == ["fine", "good"]


# ---------------------------------------------------------------- horses vs humans


@pytest.fixture(scope="module")
def horses() -> Assignment:
    return load_assignment("horses-vs-humans")


def test_horses_has_100_points_and_pays_the_objectives(horses: Assignment) -> None:
    """Most points belong to the five objectives of the unit; running through earns none."""
    assert "horses-vs-humans" in all_slugs()
    assert horses.max_points == 100
    assert horses.criteria[0].id == "runs" and horses.criteria[0].points == 0
    of_data = sum(one.points for one in horses.criteria if one.objective == "data")
    assert 100 - of_data >= 80
    assert len({one.objective for one in horses.criteria if one.objective}) == 6
    paid = [one for one in horses.criteria if one.points]
    assert all(one.hint and one.why and one.objective and one.lessons for one in paid)


def test_hints_do_not_give_the_answer_away(horses: Assignment) -> None:
    """A hint points to the way: no code, no number or name that is asked for."""
    answers = ("mixed7", "1024", "0.2", "sigmoid", "False", "load_weights", "trainable =", "(")
    for criterion in horses.criteria:
        assert not [word for word in answers if word in criterion.hint], criterion.id


def test_hidden_data_differ_from_the_real_ones(horses: Assignment) -> None:
    """Counts are no multiples of a batch, classes unbalanced, splits unlike, colours distinct."""
    for seed in range(30):
        images = horses.ask_inputs(seed)["data"]["images"]
        paths = [image[0] for image in images]
        train = [path for path in paths if path.startswith("train/")]
        rest = [path for path in paths if path.startswith("validation/")]
        assert len(train) % 32 and len(rest) % 32 and len(train) > 64 and len(rest) > 32
        for split in (train, rest):
            assert sum("/horses/" in path for path in split) * 2 != len(split)
        assert len({tuple(image[1]) for image in images}) == len(images)
    assert horses.ask_inputs(1) == horses.ask_inputs(1) != horses.ask_inputs(2)
    assert len(json.dumps(horses.ask_inputs(1))) < 50_000


def test_revisions_are_recognised(horses: Assignment) -> None:
    """By the functions, then by signs; nothing known is "unknown"."""
    c = ("train_val_datasets", "create_pre_trained_model", "output_of_last_layer")
    assert horses.recognise(c, ()) == "c"
    assert horses.recognise(("train_val_generators", *c[1:]), ()) == "b"
    assert horses.recognise(c[1:], ("ImageDataGenerator()", "local_weights_file")) == "b"
    assert horses.recognise((), ("model.fit_generator(...)",)) == "a"
    assert horses.recognise((), ("print(1)",)) == "unknown"
