"""Assignments: a folder is loaded whole, or its mistakes are named with file and key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grader.assignment.folder import Assignment, all_slugs, load_assignment
from grader.assignment.vetting import refuse_old_imports
from grader.records.errors import AssignmentError

TOML = """
title = "Adding"

[recipe]
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
