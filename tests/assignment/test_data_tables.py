"""`data.toml`: what it says is whole and fits together, or its mistakes are named with key."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from own_data import ARRAYS, IMAGES, MADE, RUBRIC, own_assignment, write_assignment

from grader.assignment import load_assignment
from grader.records import AssignmentError

OURS = load_assignment("horses-vs-humans")
WHOLE: dict[str, Any] = {
    **IMAGES,
    "files": ["words.txt"],
    "network": {
        "import": "keras.applications.VGG16",
        "arguments": {"include_top": False},
        "input_shape": [32, 32, 3],
        "weights": "model/w.h5",
        "blocks": r"block\d",
    },
    "stand_in": {"program": "stand_in/make.py", "scales": {"full": {"epochs": 2, "images": [3]}}},
    "original": {"epochs": 2, "hold_back": "validation"},
    "sources": [
        {"name": "all.zip", "urls": ["https://a.org/all.zip"], "bytes": 9},
        {"name": "w.h5", "urls": ["https://a.org/w"], "bytes": 9, "md5": "0" * 32,
         "to": "model/w.h5"},
        {"name": "words.txt", "bytes": 9, "sha256": "0" * 64, "to": "words.txt"},
    ],
    "archives": {"all.zip": {"train": "all/train", "validation": "all/validation"}},
    "links": {"data": "{data}", "model": "{data}/model", "all.zip": "{archives}/all.zip"},
    "delivered": {"all.zip": "{archives}/all.zip", "1abc": "{data}/model/w.h5"},
    "places": {"/tmp/all/train": "train", "{home}/cats": "train/cats", "/tmp/x": "files"},
    "roots": {"/content": "{work}", "../input": "{home}/input"},
}  # fmt: skip


def changed(way: str, value: Any, start: dict[str, Any] = WHOLE) -> dict[str, Any]:
    """The tables with another value at "splits train images"; None: without the key."""
    tables = copy.deepcopy(start)
    *above, last = way.split()
    at: Any = tables
    for key in above:
        at = at[int(key) if key.isdigit() else key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return tables


def test_what_is_declared_is_loaded(tmp_path: Path) -> None:
    """The students' paths, each once; what the program gets beside epochs is its own affair."""
    data = own_assignment(tmp_path, WHOLE).data
    assert data.student_paths() == ("train", "validation", "model/w.h5", "words.txt")
    assert data.hidden and data.hidden.images == "hidden"
    assert data.stand_in and data.stand_in.scales["full"].model_dump() == {
        "epochs": 2,
        "images": [3],
    }
    assert data.stand_in.chosen("small") == "full"
    assert [source.digest[:4] for source in data.sources] == ["", "md5:", "sha2"]
    assert own_assignment(tmp_path, ARRAYS | {"stand_in": MADE["stand_in"]}, "b").data.shown


MISTAKES: dict[str, tuple[str, Any, str]] = {
    "unknown key": ("splits train pictures", "x", "splits.train.pictures: Extra inputs"),
    "neither images nor arrays": ("splits train", {}, "splits.train: Value error, expected either"),
    "arrays without names": ("splits train", {"arrays": "a.npz"}, "needs the names"),
    "arrays of another kind": (
        "splits train", {"arrays": "a.csv", "inputs": "x", "labels": "y"}, "names an .npz"),
    "images and arrays": (
        "splits hidden", {"arrays": "a.npz", "inputs": "x", "labels": "y"}, "splits: all of them"),
    "one class": ("classes", ["cats"], "classes: expected two"),
    "a class twice": ("classes", ["cats", "cats"], "classes: expected two"),
    "a class that is no folder": ("classes", ["cats", "../dogs"], "classes: '../dogs' cannot"),
    "classes without splits": ("splits", {}, "classes: there are no splits"),
    "one folder twice": ("splits validation images", "train", "splits: 2 of them lie in one"),
    "a path that leaves": ("splits train images", "../x", "splits.train.images: Value error"),
    "no program": ("stand_in program", "stand_in/none.py", "stand_in.program: stand_in/none.py is"),
    "no full scale": ("stand_in scales", {"small": {}}, "stand_in.scales: there is none named"),
    "no epochs": ("stand_in scales full epochs", 0, "stand_in.scales.full.epochs"),
    "not dotted": ("network import", "VGG16", "network.import"),
    "another package": ("network import", "os.system", "network.import"),
    "no expression": ("network blocks", "block(", "network.blocks: 'block(' is no regular"),
    "a rank of four": ("network input_shape", [1, 2, 3, 4], "network.input_shape"),
    "weights of another kind": ("network weights", "model/w.keras", "network.weights: expected"),
    "two files of weights": (
        "files", ["model/w2.h5"], "network.weights: 'model/w2.h5' lies in the same"),
    "an argument of ours": ("network arguments", {"weights": "x"}, "network.arguments: 'weights'"),
    "a source twice": ("sources 2 name", "w.h5", "sources: 'w.h5' stands 2 times"),
    "a source for nothing": ("sources 2 to", "other.txt", "sources[2] (words.txt).to: 'other.txt'"),
    "a source without a place": ("sources 2 to", None, "sources[2] (words.txt): say with `to`"),
    "a path that nothing brings": ("archives all.zip validation", None,
                                   "sources: none of them brings 'validation'"),
    "a short checksum": ("sources 2 sha256", "abc", "sources[2].sha256"),
    "no size": ("sources 2 bytes", None, "sources[2].bytes"),
    "no address": ("sources 0 urls", ["ftp://a.org"], "sources[0].urls"),
    "nothing to hold back": ("original hold_back", "hidden", "original.hold_back: there is no"),
    "an archive of nothing": ("archives all.zip", {"test": "."}, "archives.'all.zip'.'test'"),
    "two splits at one place": ("archives all.zip", {"train": ".", "validation": "."},
                                "archives.'all.zip': 2 paths lie at '.'"),
    "an archive that is no zip": ("archives all.tar", {"train": "."}, "archives.'all.tar'"),
    "a link to nothing": ("links other", "{data}/test", "links.'other': '{data}/test' leads to"),
    "a link to no archive": ("links other", "{archives}/b.zip", "links.'other'"),
    "a placeholder that is none": ("links other", "{dta}/train", "no placeholder {dta}"),
    "a link that leaves": ("links ../x", "{data}", "links.'../x': a link lies in"),
    "a delivered folder": ("delivered x", "{data}/train", "delivered.'x'"),
    "a place for nothing": ("places /tmp/y", "test", "places.'/tmp/y': 'test' is no folder"),
    "a relative place": ("places tmp", "train", "places.'tmp': expected a path"),
    "another home": ("places {hme}/x", "train", "no placeholder {hme}"),
    "a root to nothing": ("roots /kaggle", "{data}", "no placeholder {data}"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_named(tmp_path: Path, name: str) -> None:
    """With file and key, before anything runs."""
    way, value, words = MISTAKES[name]
    with pytest.raises(AssignmentError) as raised:
        own_assignment(tmp_path, changed(way, value))
    assert "small/data.toml" in str(raised.value)
    assert words in str(raised.value)


def test_one_array_is_no_two_splits(tmp_path: Path) -> None:
    """A validation that is the training data, by a slip of the pen."""
    with pytest.raises(AssignmentError, match=r"splits: the array 'x_train' of small\.npz"):
        own_assignment(tmp_path, changed("splits test inputs", "x_train", MADE))


def test_data_that_nobody_makes_are_a_mistake(tmp_path: Path) -> None:
    """Neither a program nor an address."""
    with pytest.raises(AssignmentError, match="splits: nothing makes them"):
        own_assignment(tmp_path, ARRAYS)


def test_an_assignment_may_have_no_data(tmp_path: Path) -> None:
    """Then there is no file, and nothing in the table."""
    folder = write_assignment(tmp_path, {})
    (folder / "data.toml").unlink()
    assert load_assignment(folder).data.student_paths() == ()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("[run.links]\ndata = '{data}'\n[run.places]\n'/x' = 'train'\n",
         "[run.links] as [links], [run.places] as [places]"),
        ("", "`classes` of [recipe]"),
    ],
)  # fmt: skip
def test_an_earlier_toml_is_told_what_to_change(tmp_path: Path, before: str, words: str) -> None:
    """One line: which table goes where."""
    folder = write_assignment(tmp_path, WHOLE)
    text = RUBRIC if before else RUBRIC + '[recipe]\nclasses = ["a", "b"]\n'
    (folder / "assignment.toml").write_text(text + before)
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    assert words in raised.value.what_to_do
    assert "data.toml" in raised.value.what_to_do


def test_the_hash_of_an_assignment_covers_its_data(tmp_path: Path) -> None:
    """Another order of the classes judges otherwise."""
    first = own_assignment(tmp_path, WHOLE).sha256
    second = own_assignment(tmp_path / "b", changed("classes", ["dogs", "cats"])).sha256
    assert first != second


def test_the_published_sources_are_whole() -> None:
    """Several https mirrors each, a size, a checksum, as in the lists of their publishers."""
    assert len(OURS.data.sources) == 3
    for source in OURS.data.sources:
        assert len(source.urls) > 1
        assert all(url.startswith("https://") for url in source.urls)
        assert source.bytes > 10_000_000
        assert source.digest
