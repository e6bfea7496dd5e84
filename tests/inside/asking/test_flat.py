"""Flat code is graded on what it leaves: found by what it is, names are hints."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_keras import Layer

from grader.inside.asking import flat, freezing, handed

HINTS = {
    "base": ["pre_trained_model"],
    "cut": ["last_output"],
    "head": ["model"],
    "data": ["train_generator", "validation_generator"],
}


class Model:
    """Enough of a Keras model: layers, and an optimizer once it is compiled."""

    def __init__(self, layers: list[Any], optimizer: object = None) -> None:
        self.layers = layers
        self.optimizer = optimizer


class KerasTensor:
    """A symbolic tensor, told by the name of its class."""


class DirectoryIterator:
    """Something that delivers images."""


Iterator = type("Iterator", (), {"__module__": "keras.src.legacy.preprocessing.image"})
Images = type("Images", (Iterator,), {})


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    """These models stand for those of Keras."""
    for module in (flat, freezing):
        monkeypatch.setattr(module, "is_model", lambda value: isinstance(value, Model))


@pytest.mark.parametrize("another", [False, True])
def test_what_was_deleted_is_put_back(monkeypatch: pytest.MonkeyPatch, another: bool) -> None:
    """A compiled model only where no other one is left; nothing over what has a value."""
    gone = {"base": Model([]), "model": Model([], "adam"), "cut": KerasTensor(), "x": Model([])}
    monkeypatch.setattr(flat.history, "deleted", lambda: gone)
    notebook: dict[str, Any] = {"x": 1, "cut": None} | ({"m": Model([], "sgd")} if another else {})
    flat.put_back(notebook)
    assert (notebook["base"], notebook["cut"], notebook["x"]) == (gone["base"], gone["cut"], 1)
    assert ("model" in notebook) is not another


def network() -> Model:
    made = Model([Layer(f"mixed{number}") for number in range(311)])
    for layer in made.layers:
        layer.trainable = False
    return made


def left(**names: Any) -> flat.Left:
    return flat.Left(names, HINTS)


def test_usual_names_are_taken() -> None:
    """Network, tensor and compiled model under the names of the release notebook."""
    base, cut = network(), KerasTensor()
    model = Model([*base.layers, object()], "rmsprop")
    found = left(pre_trained_model=base, last_output=cut, model=model)
    assert found.head() is model
    assert found.base(model) is base
    assert found.cut(base, model) is cut


def test_other_names_are_found_by_what_they_are() -> None:
    """The compiled model is the final one; the large one whose layers it holds is the network."""
    base = network()
    net = Model([*base.layers, object()], "rmsprop")
    found = left(other=network(), inception=base, net=net, small=Model([object()]))
    assert found.head() is net
    assert found.base(net) is base
    assert found.name_of(base, "base") == "inception"


def test_the_network_may_bear_the_name_of_the_final_model() -> None:
    """`model` is the network here: the compiled one is the final model all the same."""
    base = network()
    final = Model([*base.layers, object()], "adam")
    found = left(model=base, classifier=final)
    assert found.head() is final
    assert found.base(final) is base


def test_a_wrapper_around_the_final_model_is_the_final_one() -> None:
    """It is what is compiled and trained; where both are, the outer one, also by its usual name."""
    base = network()
    model = Model([*base.layers[:230], object()])
    wrapper = Model([Model([object()]), model], "rmsprop")
    found = left(pre_trained_model=base, model=model, model_with_augmentation=wrapper)
    assert found.head() is wrapper
    assert found.base(wrapper) is base
    model.optimizer = "adam"
    assert found.head() is wrapper
    assert left(base_model=base, classifier=model, all_of_it=wrapper).base(wrapper) is base


def test_the_network_is_not_what_was_put_behind_all_of_it() -> None:
    """Both are large, and the model holds every layer of the network."""
    base = network()
    model = Model([*base.layers, object(), object()])
    wrapper = Model([object(), model], "rmsprop")
    assert left(net=base, classifier=model, w=wrapper).base(wrapper) is base


def test_a_network_that_no_name_keeps_is_found_inside() -> None:
    """It was made where it was called as a layer."""
    base = network()
    final = Model([object(), base, object()], "rmsprop")
    assert left(model=final).base(final) is base


def test_a_model_that_was_never_compiled_is_still_the_final_one() -> None:
    """What bears its name and is not the network."""
    base = network()
    model = Model([*base.layers, object()])
    found = left(pre_trained_model=base, model=model)
    assert found.head() is model
    assert found.base(model) is base


def test_what_bears_the_name_is_what_was_meant() -> None:
    """A blank under the usual name is told from a name that is not there at all."""
    found = left(pre_trained_model=None, last_output=None, model=None)
    assert found.base(found.head()) is None
    assert found.cut(None, None) is None
    assert left().head() is flat.NOTHING
    assert left().base(flat.NOTHING) is flat.NOTHING


def test_data_are_told_apart_by_their_names() -> None:
    """Usual names first; then whatever says "train" is for training, the other is not."""
    one, two, three = Images(), Images(), Images()
    usual = left(flow=three, validation_generator=two, train_generator=one)
    assert usual.data() == ["train_generator", "validation_generator"]
    assert left(check=two, my_train=one).data() == ["my_train", "check"]
    assert left(numbers=[1, 2], text="train").data() == []
    assert left(train_generator=one).data() == ["train_generator", ""]
    assert left(validation_generator=one).data() == ["", "validation_generator"]
    assert left(val_data=one, rest=two).data() == ["rest", "val_data"]
    assert not flat.is_data(DirectoryIterator())  # a class of the student's own


def test_data_and_models_may_stand_in_a_list_or_a_dictionary() -> None:
    """Behind those with a name of their own; what IPython keeps is no choice of the student's."""
    one, two, head = Images(), Images(), Model([], optimizer="RMSprop")
    assert left(pair=[one, two]).data() == ["pair[0]", "pair[1]"]
    assert left(training_sets=(one, two)).data() == ["training_sets[0]", "training_sets[1]"]
    both = left(sets={"val": two, "train": one})
    assert both.data() == ["sets['train']", "sets['val']"]
    assert both.name_of(one, "data") == "sets['train']"
    assert left(Out={3: one}, _=[two], _pair=[one, two]).data() == []
    assert left(sets=[two, one], train_generator=one, check=two).data() == [
        "train_generator",
        "check",
    ]
    assert left(built=[head]).head() is head


def test_folders_with_the_same_files_are_the_same_split(tmp_path: Path) -> None:
    """A copy elsewhere is recognised by the names of its files; both splits may have some alike."""
    for split in ("train", "validation"):
        for place in (tmp_path / split, tmp_path / "copy" / split):
            (place / "horses").mkdir(parents=True)
            for number in range(5 if split == "train" else 2):
                (place / "horses" / f"{number}.png").touch()
    data = Images()
    data.directory = str(tmp_path / "copy" / "validation")  # type: ignore[attr-defined]
    splits = {name: str(tmp_path / name) for name in ("train", "validation")}
    assert flat.folders_of({"x": data}, splits) == {data.directory: "validation"}  # type: ignore[attr-defined]
    data.directory = Path(data.directory)  # type: ignore[attr-defined]
    assert flat.folders_of({"x": data}, splits) == {str(data.directory): "validation"}  # type: ignore[attr-defined]


def test_folders_that_no_name_says_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sandbox, where the notebook can write: its path may stand in an object or a function;
    a link is what a copy of a link of ours becomes."""
    splits = {name: str(tmp_path / "data" / name) for name in ("train", "validation")}
    own = tmp_path / "work" / "a" / "b"
    for split, path in splits.items():
        for folder in (Path(path), own / f"my-{split}"):
            for kind in ("horses", "humans"):
                (folder / kind).mkdir(parents=True)
                (folder / kind / f"{split}.png").touch()
    (tmp_path / "work" / "other" / "horses").mkdir(parents=True)
    for name in ("GRADER_WORK", "HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "work"))
    assert flat.folders_of({}, splits) == {}
    monkeypatch.setenv("GRADER_IN", str(tmp_path))
    found = {str(own / f"my-{split}"): split for split in splits}
    assert flat.folders_of({}, splits) == found
    copy = tmp_path / "work" / "copied"
    copy.symlink_to(splits["train"])
    assert flat.folders_of({}, splits) == found | {str(copy): "train"}


def test_texts_that_are_no_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a notebook keeps is asked about: source code, halves of a pair, empty texts."""
    for name, folder in {"GRADER_IN": "", "GRADER_WORK": "w", "HOME": "w", "TMPDIR": "w"}.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    for split in ("train", "validation"):
        (tmp_path / split / "a").mkdir(parents=True)
        (tmp_path / split / "a" / f"{split}.png").touch()
    splits = {name: str(tmp_path / name) for name in ("train", "validation")}
    texts = [
        "",
        "x = 1\n" * 400,
        "a" * 5000,
        "a/" * 3000,
        "no\0path",
        "\ud800",
        "~",
        "nowhere/at/all",
    ]
    kept: dict[str, Any] = {f"text{number}": text for number, text in enumerate(texts)}
    assert flat.folders_of(kept, splits) == {}
    kept["TRAIN_DIR"] = splits["train"]
    assert flat.folders_of(kept, splits) == {splits["train"]: "train"}
    monkeypatch.delenv("GRADER_IN")
    assert flat.folders_of(kept, splits) == {}


class Events:
    """A shell's events."""

    def __init__(self) -> None:
        self.listening: list[Any] = []

    def register(self, event: str, function: Any) -> None:
        self.listening.append(function)


def test_the_network_is_looked_at_as_it_was_before_the_final_model() -> None:
    """Released later: for the network's own criterion it was frozen. Frozen later: it is, too."""
    base = network()
    shell = SimpleNamespace(user_ns={"base": base}, events=Events())
    freezing.begin_again()
    freezing.follow(shell)
    shell.events.listening[0](None)
    shell.user_ns["model"] = Model(base.layers, "rmsprop")
    shell.events.listening[0](None)
    for layer in base.layers:
        layer.trainable = True
    del shell.user_ns["model"]
    shell.events.listening[0](None)  # nothing is noted any more
    with freezing.as_before(base):
        assert not any(layer.trainable for layer in base.layers)
    assert all(layer.trainable for layer in base.layers)


def test_another_notebook_in_the_same_kernel_is_noted_anew() -> None:
    """As the audit has hundreds of them."""
    base = network()
    shell = SimpleNamespace(user_ns={"base": base, "old": Model([], "rmsprop")}, events=Events())
    freezing.begin_again()
    freezing.follow(shell)
    shell.events.listening[0](None)
    freezing.begin_again()
    del shell.user_ns["old"]
    shell.events.listening[0](None)
    for layer in base.layers:
        layer.trainable = True
    with freezing.as_before(base):
        assert not any(layer.trainable for layer in base.layers)


def test_what_is_frozen_with_the_final_model_is_frozen() -> None:
    """Not yet frozen when noted, frozen at the end: the end counts."""
    base = network()
    for layer in base.layers:
        layer.trainable = True
    shell = SimpleNamespace(user_ns={"base": base}, events=Events())
    freezing.begin_again()
    freezing.follow(shell)
    shell.events.listening[0](None)
    base.layers[0].trainable = False
    with freezing.as_before(base):
        assert not base.layers[0].trainable


def test_the_source_of_a_cell_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython keeps it as a text among the notebook's variables, too long for a name."""
    monkeypatch.setenv("GRADER_IN", "1")
    assert flat.folders_of({"_i3": "train = read('images')\n" * 20}, {"train": "t"}) == {}


IMAGES = Images()


@pytest.mark.parametrize(
    ("got", "kinds"),
    [
        ((None, None), [None, None]),
        ([IMAGES], ["Images"]),
        (IMAGES, ["Images", None]),
        ({"val": IMAGES, "training": None}, [None, "Images"]),
        (OrderedDict(test=None, train=IMAGES), ["Images", None]),
        ({"train": None, "test": IMAGES, "val": None}, [None, None]),
        ({"a": IMAGES, "size": 3, "b": IMAGES}, ["Images", "Images"]),
        (None, []),
        (5, []),
        ((IMAGES, IMAGES, IMAGES, IMAGES), ["Images"] * 2),
    ],
)
def test_what_a_data_function_returned(got: Any, kinds: list[Any]) -> None:
    """By what it is; what is missing is no data set."""
    assert [part and type(part).__name__ for part in handed.both_of(got)] == kinds


def test_what_was_tried_in_the_place_of_the_final_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small model below the graded cells takes the name; one with a network takes the place."""
    base = network()
    final = Model([*base.layers, object()], "rmsprop")
    monkeypatch.setattr(flat.history, "replaced", lambda: {"model": final})
    found = left(pre_trained_model=base, model=Model([object()], "adam"))
    assert found.head() is final
    assert found.name_of(final, "head") == "model"
    other = Model([*base.layers, object(), object()], "adam")
    assert left(pre_trained_model=base, model=other).head() is other
    assert left(pre_trained_model=base, model=None).head() is None


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        ({"net": [0], "pre_trained_model": [0]}, True),
        ({"net": [3], "pre_trained_model": [0]}, False),
        ({"pre_trained_model": [0, 1]}, True),
    ],
)
def test_a_part_of_the_network_may_bear_its_name(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[int]], whole: bool
) -> None:
    """The network is what it was made of, not what was tried behind it later."""
    base = network()
    part = Model(base.layers[:230])
    final = Model([part, object()], "rmsprop")
    monkeypatch.setattr(flat.history, "binding", lambda name: names.get(name, []))
    monkeypatch.setattr(flat.history, "replaced", lambda: {"pre_trained_model": base})
    kept = {"pre_trained_model": part, "model": final}
    if "net" in names:
        monkeypatch.setattr(flat.history, "replaced", dict)
        kept["net"] = base
    assert left(**kept).base(final) is (base if whole else part)
