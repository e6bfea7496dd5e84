"""A layer of a kind: how many, with which settings, where; with a pretrained network or without."""

from __future__ import annotations

import math
from typing import Any

import pytest
from evidence_samples import dense, final, plain, with_graph
from hypothesis import given, strategies as st
from plain_networks import FUNCTION, conv, plain_network, right_layers

from grader.judge.checks import has_layer
from grader.judge.checks.model.layers import fits
from grader.records import Finding, Layer

CONV, POOL, FLAT, WIDE, DROP, ANSWER = right_layers()


def found(layers: list[Layer], **asked: Any) -> Finding:
    return has_layer(plain_network(layers), function=FUNCTION, **asked)


RIGHT = [CONV, POOL, FLAT, WIDE, DROP, ANSWER]
BOTH_WAYS = plain(
    "Bidirectional", "both", layer={"kind": "LSTM", "settings": {"units": 16, "activation": "tanh"}}
)


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ({"kind": ["LSTM", "GRU"], "before": "Dense"}, 1),
        ({"kind": "LSTM", "settings": {"units": 16, "activation": "tanh"}}, 1),
        ({"kind": "Bidirectional", "settings": {"merge_mode": "concat"}}, 0.5),
        ({"kind": "Bidirectional"}, 1),
        ({"kind": "Dense", "after": "LSTM", "at_least": 2}, 1),
        ({"kind": "LSTM", "settings": {"units": 32}}, 0.5),
        ({"kind": "GRU"}, 0),
    ],
)
def test_a_layer_within_a_wrapper_counts(asked: dict[str, Any], share: float) -> None:
    """A Bidirectional LSTM is an LSTM with its settings, and a Bidirectional."""
    assert found([BOTH_WAYS, WIDE, ANSWER], **asked).share == share


def test_a_layer_has_its_article() -> None:
    """In what is seen and in what is expected."""
    told = found([BOTH_WAYS, WIDE, ANSWER], kind="LSTM")
    assert "is an LSTM layer" in told.message and told.expected == "an LSTM layer"


@pytest.mark.parametrize("odd", ["LSTM", {"kind": 3}, {"kind": "LSTM", "settings": 3}, None])
def test_a_wrapper_of_nothing_that_is_known_is_one_all_the_same(odd: Any) -> None:
    """A sandbox wrote it."""
    layers = [plain("Bidirectional", "both", layer=odd), WIDE, ANSWER]
    assert found(layers, kind="LSTM").share == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "Conv2D"},
        {"kind": ["SeparableConv2D", "Conv2D"]},
        {"kind": "Conv2D", "settings": {"filters": 32, "kernel_size": 3, "activation": "relu"}},
        {"kind": "Conv2D", "settings": {"filters": {"at_least": 16, "at_most": 64}}},
        {"kind": "Conv2D", "settings": {"kernel_size": [3, 3], "groups": 1}},
        {"kind": "Conv2D", "place": "first", "before": "Flatten"},
        {"kind": "MaxPooling2D", "after": "Conv2D", "before": ["Flatten", "Dense"]},
        {"kind": "MaxPooling2D", "settings": {"pool_size": 2}},
        {"kind": "Dense", "at_least": 2},
        {"kind": "Dense", "place": "last", "settings": {"units": 10}},
        {"kind": "Dropout", "settings": {"rate": 0.5}, "after": "Dense", "before": "Dense"},
        {"kind": "Dropout", "settings": {"rate": {"at_least": 0.2, "at_most": 0.5}}},
    ],
)
def test_what_is_there_is_found(asked: dict[str, Any]) -> None:
    """By kind, by settings in any usual spelling, and by its place."""
    assert found(RIGHT, **asked).share == 1


@pytest.mark.parametrize(
    ("asked", "share", "words"),
    [
        ({"kind": "LSTM"}, 0, "There is no LSTM layer on the way to the output."),
        ({"kind": "Conv2D", "at_least": 2}, 0.5, "There is only one Conv2D layer"),
        ({"kind": "Conv2D", "settings": {"filters": 64}}, 0.5, "with other settings"),
        ({"kind": "Conv2D", "settings": {"kernel_size": 5}}, 0.5, "with other settings"),
        ({"kind": "Conv2D", "settings": {"activation": "tanh"}}, 0.5, "with other settings"),
        ({"kind": "Conv2D", "settings": {"filters": {"at_least": 33}}}, 0.5, "other settings"),
        ({"kind": "Conv2D", "after": "Flatten"}, 0.5, "not where it is asked for"),
        ({"kind": "Dropout", "before": "Conv2D"}, 0.5, "not where it is asked for"),
        ({"kind": "Dense", "place": "first"}, 0.5, "not where it is asked for"),
        ({"kind": "Conv2D", "place": "last"}, 0.5, "not where it is asked for"),
        ({"kind": "Dense", "at_least": 2, "settings": {"units": 128}}, 0.5, "only one Dense"),
        ({"kind": "Dense", "before": "LSTM"}, 0.5, "not where it is asked for"),
    ],
)
def test_what_is_not_as_asked_for_is_said(asked: dict[str, Any], share: float, words: str) -> None:
    """None of it earns nothing, something else of it a share."""
    seen = found(RIGHT, **asked)
    assert seen.share == share
    assert words in seen.message


def test_what_was_seen_are_the_settings_that_were_asked_for() -> None:
    """A student sees which number is another one."""
    wide = found(RIGHT, kind="Conv2D", settings={"filters": {"at_least": 64}, "kernel_size": 3})
    assert wide.seen == "Conv2D with filters 32, kernel_size 3×3"
    assert wide.expected == "a Conv2D layer with filters of at least 64, kernel_size 3"
    assert wide.where == ("conv",)


def test_an_activation_may_be_a_layer_of_its_own() -> None:
    """Also behind a BatchNormalization, as in many published networks, and behind MaxPooling, where
    it gives the same; of means it does not."""
    bare = conv(activation="linear")
    bare = bare.model_copy(update={"settings": {"filters": 32, "kernel_size": [3, 3]}})
    for behind in (
        [plain("ReLU")],
        [plain("BatchNormalization"), plain("Activation", activation="relu")],
        [plain("MaxPooling2D"), plain("ReLU")],
    ):
        layers = [bare, *behind, FLAT, ANSWER]
        assert found(layers, kind="Conv2D", settings={"activation": "relu"}).share == 1
    assert found([bare, FLAT, ANSWER], kind="Conv2D", settings={"activation": "relu"}).share < 1
    means = [bare, plain("AveragePooling2D"), plain("ReLU"), FLAT, ANSWER]
    assert found(means, kind="Conv2D", settings={"activation": "relu"}).share < 1
    linear = found([bare, FLAT, ANSWER], kind="Conv2D", settings={"activation": "linear"})
    assert linear.share == 1


def test_a_reshape_to_one_row_is_a_flatten() -> None:
    """As a kind and as a place."""
    row = plain("Reshape", "row").model_copy(update={"output_shape": (None, 6272)})
    assert found([CONV, row, ANSWER], kind="Flatten").share == 1
    assert found([CONV, row, ANSWER], kind="Conv2D", before="Flatten").share == 1
    image = row.model_copy(update={"output_shape": (None, 14, 14, 2)})
    assert found([CONV, image, ANSWER], kind="Flatten").share == 0


def test_a_layer_that_leads_nowhere_does_not_count() -> None:
    """Made, and not on the way to the output."""
    aside = conv("aside").model_copy(update={"inputs": ("image",)})
    rest = [CONV, aside, FLAT.model_copy(update={"inputs": ("conv",)}), ANSWER]
    assert found(rest, kind="Conv2D", at_least=2).share == 0.5


def test_dropout_that_is_switched_off_is_none() -> None:
    """The call says `training=False`, so it never does anything; BatchNormalization still does."""
    off = plain("Dropout", rate=0.5, training=False)
    seen = found([CONV, FLAT, off, ANSWER], kind="Dropout")
    assert seen.share == 0.5 and "switched off" in seen.message
    normal = plain("BatchNormalization", training=False)
    assert found([CONV, normal, FLAT, ANSWER], kind="BatchNormalization").share == 1


def test_pooling_of_one_place_is_none() -> None:
    """It gives what it reads; with longer steps it leaves places out."""
    for strides, share in (([1, 1], 0.5), ([2, 2], 1)):
        pool = plain("MaxPooling2D", pool_size=[1, 1], strides=strides)
        assert found([CONV, pool, FLAT, ANSWER], kind="MaxPooling2D").share == share


def test_a_normalization_that_has_seen_no_data_is_none() -> None:
    """Until `adapt`, its mean is 0 and its variance is 1."""
    for told, share in (({"mean": 0.0, "variance": 1.0}, 0.5), ({"mean": [3], "variance": [2]}, 1)):
        layers = [plain("Normalization", **told), FLAT, ANSWER]
        seen = found(layers, kind="Normalization", place="first")
        assert seen.share == share
        assert ("has not seen the data" in seen.message) is (share < 1)


def test_adding_two_tensors_is_the_layer_add() -> None:
    """However it was written; adding a number is not."""
    two = Layer(id="sum", name="sum", kind="op:add", inputs=("conv", "again"))
    one = plain("op:add", constant=1.0)
    again = conv("again").model_copy(update={"inputs": ("conv",)})
    joined = found([conv("conv"), again, two, FLAT, ANSWER], kind="Add", after="Conv2D")
    assert (joined.share, joined.message) == (1, "There is an Add layer as asked for.")
    assert found([CONV, one, FLAT, ANSWER], kind="Add").share == 0


def test_preparing_layers_leave_the_first_place_free() -> None:
    """Rescaling and augmentation learn nothing."""
    front = [plain("Rescaling", scale=1 / 255), plain("RandomFlip"), plain("Normalization")]
    front[2] = front[2].model_copy(update={"parameters": 3})
    assert found([*front, *RIGHT], kind="Conv2D", place="first").share == 1


def test_layers_of_a_pretrained_network_are_not_the_students() -> None:
    """A convolution is asked for in the head, not in the network."""
    seen = with_graph("final", final())
    assert has_layer(seen, function=FUNCTION, kind="Conv2D").share == 0
    assert has_layer(seen, function=FUNCTION, kind="Flatten", before="Dense").share == 1
    own = with_graph("final", final([conv(), plain("Flatten"), dense("unit", 1, "sigmoid")]))
    assert has_layer(own, function=FUNCTION, kind="Conv2D").share == 1


SETTINGS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@pytest.mark.slow
@given(seen=SETTINGS)
def test_no_setting_makes_the_check_raise(seen: Any) -> None:
    """Whatever a sandbox wrote there."""
    for wish in (1, 0.5, True, "same", [3, 3], ["a", "b"], {"at_least": 1}, {"at_most": 2}):
        assert fits(seen, wish) in (True, False)
    layers = [conv(strides=seen), FLAT, ANSWER]
    assert 0 <= found(layers, kind="Conv2D", settings={"strides": 2}).share <= 1


@pytest.mark.parametrize(
    ("seen", "wish", "right"),
    [
        (True, 1, False), (1, True, False), ("1", 1, False), (math.nan, 1, False),
        (0.1 + 0.2, 0.3, True), ([2, 2], 2, True), ([2, 3], 2, False), (2, [2, 2], True),
        ([], 2, False), ([2], [2, 2], False), ("SAME", "same", True), ("same", ["valid"], False),
        (0.19999999, {"at_least": 0.2}, True), (math.nan, {"at_most": 1}, False),
    ],
)  # fmt: skip
def test_settings_are_compared_by_type_and_with_tolerance(
    seen: Any, wish: Any, right: bool
) -> None:
    """Numbers of single precision are themselves; a flag or a text is no number."""
    assert fits(seen, wish) is right


def test_a_graph_of_the_largest_size_is_judged_quickly() -> None:
    """Thousands of layers, each asked for its place: no student's model makes the judge wait."""
    layers = [conv(f"c{number}") for number in range(4990)]
    seen = found([*layers, FLAT, ANSWER], kind="Conv2D", before="Flatten", place="last")
    assert seen.share == 0.5
