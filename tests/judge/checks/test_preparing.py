"""What is done to images before the first layer that learns, in the data sets or in the model."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from checks_samples import HEAD
from evidence_samples import data_answer, evidence, final, part, plain, with_answer
from hypothesis import HealthCheck, given, settings, strategies as st

from grader.judge.checks import augments_training_only, scaled_once
from grader.records import Answer, Evidence, Finding, Graph, Layer, MissingEvidence

DATA = ["train_val_datasets"]
GENERATOR = {"rotation_range": 40, "zoom_range": [0.8, 1.2], "horizontal_flip": True}


def in_front(*layers: Layer) -> Graph:
    """The right final model with these layers between its input and the network."""
    model = final()
    names = ["image"]
    linked = []
    for layer in layers:
        linked.append(layer.model_copy(update={"inputs": (names[-1],)}))
        names.append(layer.id)
    first = model.layers[1].model_copy(update={"inputs": (names[-1],)})
    return model.model_copy(update={"layers": (model.layers[0], *linked, first, *model.layers[2:])})


def seen(train: Any, validation: Any, model: Graph | None = None) -> Evidence:
    told = with_answer("train_val_datasets", data_answer(train, validation))
    graphs = {**told.graphs, "final": model or final()}
    return told.model_copy(update={"graphs": graphs})


def augmented(train: Any, validation: Any, *layers: Layer, **asked: Any) -> Finding:
    parts = [
        part(split) | ({} if told is None else {"augments": told})
        for split, told in (("train", train), ("validation", validation))
    ]
    looked = seen(*parts, in_front(*layers))
    return augments_training_only(looked, functions=DATA, function=HEAD, **asked)


NOTHING = {"differs": 0.0, "images": 16}
CHANGED = {"differs": 0.2, "images": 16}
FLIP, TURN = plain("RandomFlip", mode="horizontal"), plain("RandomRotation", factor=[-0.4, 0.4])


@pytest.mark.parametrize(
    ("train", "validation", "layers", "share"),
    [
        (GENERATOR | CHANGED, NOTHING, [], 1),
        (GENERATOR, NOTHING, [], 1),
        (CHANGED, NOTHING, [], 1),
        (NOTHING, NOTHING, [FLIP, TURN], 1),
        ({}, {}, [FLIP], 1),
        (None, None, [FLIP], 1),
        (NOTHING, NOTHING, [], 0),
        ({"differs": 0.0001, "images": 16}, NOTHING, [], 0),
        (GENERATOR | NOTHING, NOTHING, [], 0),
        ({"rotation_range": 0, "horizontal_flip": False, "zoom_range": [1, 1]} | NOTHING, NOTHING,
         [], 0),
        (GENERATOR | CHANGED, GENERATOR | CHANGED, [], 0.5),
        (NOTHING, CHANGED, [], 0),
        (NOTHING, CHANGED, [FLIP], 0.5),
        (NOTHING, NOTHING, [plain("RandomRotation", factor=[0, 0])], 0),
        (NOTHING, NOTHING, [plain("RandomFlip", training=False)], 0),
        (NOTHING, NOTHING, [plain("RandomFlip", training=True)], 0.5),
    ],
)  # fmt: skip
def test_only_training_images_are_changed(
    train: Any, validation: Any, layers: list[Layer], share: float
) -> None:
    """By what comes out of the data sets, else by their settings, or by layers of the model."""
    found = augmented(train, validation, *layers)
    assert found.share == share
    of_validation = "augmented-validation" in found.misconceptions
    assert of_validation == ("validation images are changed" in found.message)


def test_random_layers_behind_the_network_change_no_image() -> None:
    """They have to stand in front of the first layer that learns."""
    model = final([plain("RandomFlip"), *final().layers[-4:]])
    looked = seen(*(part(one) | {"augments": NOTHING} for one in ("train", "validation")), model)
    assert augments_training_only(looked, functions=DATA, function=HEAD).share == 0


def test_several_ways_may_be_asked_for() -> None:
    """Shifts along both sides are one; data that only show that they differ get the benefit."""
    shifts = {"width_shift_range": 0.2, "height_shift_range": 0.2} | CHANGED
    assert augmented(shifts, NOTHING, at_least=2).share == 0.5
    assert augmented(shifts, NOTHING, FLIP, at_least=2).share == 1
    assert augmented(CHANGED, NOTHING, at_least=2).share == 1


def test_what_cannot_be_seen_is_said() -> None:
    """No augmentation is taken for granted where the second asking failed."""
    with pytest.raises(MissingEvidence, match="could not be seen"):
        augmented({}, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["differs", "zoom_range", "rotation_range", "horizontal_flip"]), inner),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(told=JSON)
def test_no_answer_makes_the_check_raise(told: Any) -> None:
    """Whatever a student's process wrote: a finding, or what is missing in words."""
    with contextlib.suppress(MissingEvidence):
        assert 0 <= augmented(told, told).share <= 1
    odd = evidence(answers={**evidence().answers, DATA[0]: Answer(status="ok", value=told)})
    with pytest.raises(MissingEvidence):
        augments_training_only(odd, functions=DATA)


def test_nan_is_no_difference() -> None:
    """A number that is none says nothing."""
    assert augmented({"differs": math.nan} | GENERATOR, NOTHING).share == 1
    with pytest.raises(MissingEvidence):
        augmented({"differs": math.nan}, NOTHING)


# ------------------------------------------------------------------ scaling

RESCALING = plain("Rescaling", scale=1 / 255)
SMALL = {"scale": 1 / 255}


def scaled(
    train: dict[str, Any], validation: dict[str, Any], *layers: Layer, **asked: Any
) -> Finding:
    parts = (part("train", **train), part("validation", **validation))
    return scaled_once(seen(*parts, in_front(*layers)), functions=DATA, function=HEAD, **asked)


@pytest.mark.parametrize(
    ("train", "validation", "layers", "share", "shows"),
    [
        (SMALL, SMALL, [], 1, ()),
        ({}, {}, [RESCALING], 1, ()),
        ({}, {}, [plain("Rescaling", scale=[1 / 127.5] * 3, offset=-1)], 1, ()),
        ({}, {}, [plain("op:TrueDivide")], 1, ()),
        ({}, {}, [plain("op:math.multiply"), plain("op:Subtract")], 1, ()),
        ({}, {}, [FLIP, RESCALING], 1, ()),
        ({}, {}, [plain("Normalization").model_copy(update={"parameters": 7})], 1, ()),
        ({}, {}, [plain("BatchNormalization").model_copy(update={"parameters": 12})], 1, ()),
        ({}, {}, [plain("Normalization", mean=0.0, variance=1.0)], 0, ("never-scaled",)),
        (SMALL, SMALL, [plain("op:Multiply"), plain("op:Subtract")], 1, ()),
        (SMALL, SMALL, [plain("Rescaling", scale=2, offset=-1)], 1, ()),
        (SMALL, SMALL, [plain("BatchNormalization")], 1, ()),
        ({"scale": 1 / 225}, {"scale": 1 / 225}, [], 1, ()),
        ({}, {}, [], 0, ("never-scaled",)),
        ({}, {}, [plain("Rescaling", scale=1.5)], 0, ("never-scaled",)),
        ({}, {}, [plain("Rescaling", scale="tiny")], 0, ("never-scaled",)),
        (SMALL, SMALL, [RESCALING], 0, ("scaled-twice",)),
        (SMALL, SMALL, [plain("op:divide", constant=127.5)], 0, ("scaled-twice",)),
        (
            SMALL,
            SMALL,
            [plain("op:multiply", constant=[0.01] * 3, first=True)],
            0,
            ("scaled-twice",),
        ),
        (SMALL, SMALL, [plain("op:multiply", constant=255), RESCALING], 1, ()),
        (SMALL, SMALL, [plain("Rescaling", scale=0.5, offset=0.5)], 1, ()),
        (SMALL, SMALL, [plain("op:divide", constant=0.2, first=True)], 1, ()),
        ({}, {}, [RESCALING, plain("op:divide", constant=127.5)], 0, ("scaled-twice",)),
        ({}, {}, [plain("op:divide", constant=0.5)], 0, ("never-scaled",)),
        ({"scale": 1 / 65025}, {"scale": 1 / 65025}, [], 0, ("scaled-twice",)),
        (SMALL, {}, [], 0.5, ()),
    ],
)
def test_images_are_scaled_once(
    train: Any, validation: Any, layers: list[Layer], share: float, shows: tuple[str, ...]
) -> None:
    """By the data function or by the model, in any spelling; never, twice and unlike are told."""
    found = scaled(train, validation, *layers)
    assert (found.share, found.misconceptions) == (share, shows)


def test_a_layer_behind_the_network_scales_no_image() -> None:
    """Only what stands in front of the first layer that learns."""
    model = final([plain("Rescaling", scale=1 / 255), *final().layers[-4:]])
    looked = seen(part("train"), part("validation"), model)
    assert scaled_once(looked, functions=DATA, function=HEAD).misconceptions == ("never-scaled",)


def test_two_ways_of_scaling_are_told_apart() -> None:
    """From 0 to 1 is not from −1 to 1."""
    shifted = part("validation", **SMALL)
    for image in shifted["images"]:
        image[0] = [2 * value - 1 for value in image[0]]
    looked = seen(part("train", **SMALL), shifted)
    found = scaled_once(looked, functions=DATA, function=HEAD)
    assert found.share == 0.5 and "different ways" in found.message


@pytest.mark.parametrize(
    ("file", "spans", "share", "shows"),
    [
        ([0, 16], ([0, 1], [0, 1]), 1, ()),
        ([0, 16], ([0, 16], [0, 16]), 0, ("never-scaled",)),
        ([0, 16], ([0, 1 / 16], [0, 1 / 16]), 0, ("scaled-twice",)),
        ([0, 255], ([0, 65025], [0, 65025]), 0, ()),
        ([0, 16], ([-1, 1], [-1, 1]), 1, ()),
        ([0, 16], ([-1, 1], [0, 1]), 0.5, ()),
        ([0, 16], ([0, 1], [0, 16]), 0.5, ()),
        ([0, 255], ([-0.4, 2.8], [-0.4, 2.8]), 1, ()),
        ([0, 1], ([0, 1], [0, 1]), 1, ()),
        ([0, 16], ([0, 0], [0, 0]), 1, ()),
    ],
)
def test_arrays_are_scaled_by_what_their_files_hold(
    file: list[float], spans: Any, share: float, shows: tuple[str, ...]
) -> None:
    """Digits of 0 to 16 are divided by 16, pixels by 255, and some are small already."""
    looked = seen(*({"span": span} for span in spans))
    looked = looked.model_copy(update={"asked": {"data": {"kind": "arrays", "span": file}}})
    found = scaled_once(looked, functions=DATA, function=HEAD)
    assert (found.share, found.misconceptions) == (share, shows)


@pytest.mark.parametrize("span", [None, [], ["x"], [math.nan], [1e9], {"a": 1}, [True]])
def test_a_part_without_values_is_missing(span: Any) -> None:
    """Said in words; nothing raises."""
    with pytest.raises(MissingEvidence, match="training data delivered no values"):
        scaled_once(seen({"span": span}, part("validation")), functions=DATA, function=HEAD)


def test_no_data_at_all_is_the_cause_that_other_criteria_name() -> None:
    nothing = seen(part("train"), part("validation")).model_copy(
        update={"answers": {DATA[0]: Answer(status="ok", value={"hidden": {"returned": "None"}})}}
    )
    with pytest.raises(MissingEvidence) as missing:
        scaled_once(nothing, functions=DATA, function=HEAD)
    assert missing.value.cause is not None and missing.value.cause.id == "data all"


def test_data_that_show_it_need_no_model() -> None:
    """Who has not got to the model yet keeps what the data sets do right."""
    parts = (part("train") | {"augments": CHANGED}, part("validation") | {"augments": NOTHING})
    without = seen(*parts).model_copy(update={"graphs": {}})
    small = [{**each, "images": [[[0.5] * 3, 0.0, 1]]} for each in parts]
    scaled = seen(*small).model_copy(update={"graphs": {}})
    assert augments_training_only(without, functions=DATA, function=HEAD).share == 1
    assert scaled_once(scaled, functions=DATA, function=HEAD).share == 1


@pytest.mark.parametrize(
    ("reached", "layers", "share"),
    [
        ([-1.0, 1.0], [], 1),
        ([0.0, 255.0], [RESCALING], 1),
        ([-1.0, 1.0], [RESCALING], 0),
        ([-1.0, -0.992], [], 1),  # the data function is judged by itself
        (["low", None], [RESCALING], 1),
        ([0.0, math.inf], [RESCALING], 1),
        (None, [RESCALING], 1),
    ],
)
def test_what_is_scaled_between_the_data_function_and_the_model(
    reached: Any, layers: list[Layer], share: float
) -> None:
    """Seen where the notebook trains: together with the model, it may be twice."""
    looked = seen(part("train"), part("validation"), in_front(*layers))
    given = looked.answers[DATA[0]]
    more = given.model_copy(update={"value": {**given.value, "trained_with": reached}})
    looked = looked.model_copy(update={"answers": {**looked.answers, DATA[0]: more}})
    found = scaled_once(looked, functions=DATA, function=HEAD, scaled=["a"])
    assert found.share == share
    assert found.misconceptions == (() if share else ("scaled-twice",))
