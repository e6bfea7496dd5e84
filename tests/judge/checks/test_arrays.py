"""Marked rows tell what a data function delivers as arrays; each mistake costs its own."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.judge.checks import (
    array_labels_right,
    array_scale,
    array_shape,
    delivers_arrays,
    labels_fit_loss,
    marked_arrays,
)
from grader.records import (
    Answer,
    CellRun,
    Evidence,
    Finding,
    Graph,
    Layer,
    Loss,
    MissingEvidence,
    Run,
)

SETS = {"train": ("x_train", "y_train", 40), "validation": ("x_test", "y_test", 30)}
DATA = marked_arrays(
    Random(5), SETS, file="digits.npz", shape=[8, 8], span=[0, 16], classes=10  # noqa: S311
)  # fmt: skip
LOAD = ["load_data"]


def rows(split: int, *, hot: bool = False) -> list[Any]:
    return [
        [pattern, [int(kind == label) for kind in range(10)] if hot else [label]]
        for pattern, label in DATA["sets"][split]["rows"]
    ]


def part(delivered: list[Any], **more: Any) -> dict[str, Any]:
    right = {"shapes": [[8, 8, 1]], "span": [0.0, 1.0], "labelled": True, "ended": True}
    return right | {"between": 0.0625, "rows": delivered} | more


SCALING: tuple[tuple[str, dict[str, Any]], ...] = (("Rescaling", {"scale": 0.0625}),)


def evidence(
    *parts: Any, loss: str = "sparse_categorical_crossentropy", scaling: Any = SCALING
) -> Evidence:
    value = {"hidden": {"returned": "tuple", "parts": list(parts)}}
    layers = [Layer(id="in", kind="InputLayer", name="in")]
    for number, (kind, settings) in enumerate(scaling):
        inputs = (layers[-1].id,)
        layers.append(Layer(id=f"{number}", kind=kind, name="s", settings=settings, inputs=inputs))
    final = Graph(
        style="functional",
        class_name="Functional",
        layers=tuple(layers),
        inputs=("in",),
        outputs=(layers[-1].id,),
        compiled=True,
        loss=Loss(kind=loss),
        keras="",
    )
    built = Answer(status="ok", value={"is_model": True})
    answers = {"load_data": Answer(status="ok", value=value), "build_model": built}
    return cast(
        Evidence,
        SimpleNamespace(answers=answers, asked={"data": DATA}, graphs={"final": final}),
    )


def delivered(first: Any, second: Any, split: str = "train") -> Finding:
    return delivers_arrays(evidence(part(first), part(second)), functions=LOAD, split=split)


def test_the_right_rows_in_any_order() -> None:
    found = delivered(rows(0)[::-1], rows(1))
    assert (found.share, found.message) == (1, "The training data are the right rows.")
    assert found.seen == "40 of the 40 rows that we had put there"


def test_a_few_places_may_be_otherwise() -> None:
    """Resizing and noise; a row that is like no other is none of ours."""
    changed = [[f"{int(code, 16) ^ 0b1001:016x}", label] for code, label in rows(0)]
    assert delivered(changed, rows(1)).share == 1
    inverted = [[f"{int(code, 16) ^ (2**64 - 1) ^ 1:016x}", label] for code, label in rows(0)]
    assert delivered(inverted, rows(1)).share == 1
    strange = [["0123456789abcdef", [0]] for _ in range(40)]
    assert "from somewhere else" in delivered(strange, rows(1)).message
    assert delivered(rows(0) + strange[:3], rows(1)).share == 0.5


@pytest.mark.parametrize(
    ("train", "validation", "split", "share", "words"),
    [
        (rows(1), rows(0), "train", 0, "are the rows for validation"),
        (rows(0), rows(0), "validation", 0, "are the rows for training"),
        (rows(0) + rows(1), rows(1), "train", 0, "Rows for validation are in the training data"),
        (rows(0)[:20], rows(1), "train", 0.5, "left out"),
        (rows(0) + rows(0)[:4], rows(1), "train", 0.5, "more than once"),
        (rows(0), rows(1), "validation", 1, "The validation data are the right rows."),
    ],
)
def test_rows(train: Any, validation: Any, split: str, share: float, words: str) -> None:
    found = delivered(train, validation, split)
    assert found.share == share and words in found.message


def test_a_part_of_the_training_rows_may_come_as_a_third_pair() -> None:
    """It is missing in the training data, and nothing else is lost."""
    seen = evidence(part(rows(0)[:30]), part(rows(0)[30:]), part(rows(1)))
    asked = {"functions": LOAD}
    assert delivers_arrays(seen, **asked, split="train").share == 0.5
    assert delivers_arrays(seen, **asked, split="validation").share == 1
    assert array_labels_right(seen, **asked).share == 1


@pytest.mark.parametrize("hot", [False, True])
def test_labels_as_numbers_or_as_zeros_and_a_one(hot: bool) -> None:
    """Both are right, unless one is asked for; the loss has to read that form."""
    seen = evidence(part(rows(0, hot=hot)), part(rows(1, hot=hot)))
    assert array_labels_right(seen, functions=LOAD).share == 1
    assert array_labels_right(seen, functions=LOAD, one_hot=hot).share == 1
    assert array_labels_right(seen, functions=LOAD, one_hot=not hot).share == 0.5
    fits = {
        loss: labels_fit_loss(
            evidence(part(rows(0, hot=hot)), part(rows(1, hot=hot)), loss=loss),
            functions=LOAD, function="build_model",
        ).share
        for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy",
                     "categorical_focal_crossentropy")
    }  # fmt: skip
    assert list(fits.values()) == [not hot, hot, hot]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: [[code, [(label[0] + 1) % 10]] for code, label in found], "other rows"),
        (lambda found: [[code, [label[0] + 10]] for code, label in found], "none of the 10"),
        (lambda found: [[code, [float("nan")]] for code, label in found], "none of the 10"),
        (lambda found: [[code, "3"] for code, label in found], "none of the 10"),
        (lambda found: [[code, None] for code, label in found], "none of the 10"),
    ],
)
def test_labels_of_other_rows(change: Any, words: str) -> None:
    seen = evidence(part(rows(0)), part(change(rows(1))))
    found = array_labels_right(seen, functions=LOAD)
    assert found.share == 0 and words in found.message
    without = evidence(part(rows(0), labelled=False), part(rows(1)))
    assert "without labels" in array_labels_right(without, functions=LOAD).message
    turned = evidence(part(rows(0), labels_first=True), part(rows(1)))
    assert "come before the rows" in array_labels_right(turned, functions=LOAD).message
    swapped = evidence(part(rows(0), labelled=False, labels=9), part(rows(1)))
    found = array_labels_right(swapped, functions=LOAD)
    assert f"{len(rows(0))} training rows come with 9 labels." == found.message


def test_shape_and_scale() -> None:
    """Scaled by the model is scaled, twice or never has a name."""

    def scale(*spans: list[float], function: str = "") -> Finding:
        seen = evidence(*(part(rows(at), span=span) for at, span in enumerate(spans)))
        return array_scale(seen, functions=LOAD, spans=[[0, 1], [-1, 1]], function=function)

    assert scale([0, 1], [0, 1]).share == scale([-1, 1], [-1, 1]).share == 1
    assert scale([0.0, 16], [0, 16]).misconceptions == ("never-scaled",)
    assert scale([0, 1 / 16], [0, 1 / 16]).misconceptions == ("scaled-twice",)
    assert scale([0, 1], [0, 16]).share == 0.5
    assert scale([0, 16], [0, 16], function="build_model").share == 1
    assert scale([0, 1], [0, 1], function="build_model").misconceptions == ("scaled-twice",)
    shapes = evidence(part(rows(0)), part(rows(1), shapes=[[8, 8]]))
    assert array_shape(shapes, functions=LOAD, shape=[8, 8, 1]).share == 0.25
    assert array_shape(shapes, functions=LOAD, shape=[28, 28]).seen == "rows of 8×8, 8×8×1"


@pytest.mark.parametrize(
    ("scaling", "right"),
    [
        ([("op:divide", {"constant": 16.0})], True),
        ([("op:subtract", {"constant": 8}), ("op:multiply", {"constant": 0.125})], True),
        ([("op:divide", {"constant": 8}), ("op:add", {"constant": -1.0})], True),
        ([("op:divide", {"constant": 16.0, "first": True})], False),
        ([("op:divide", {"constant": 0})], False),
        ([("Conv2D", {}), ("op:divide", {"constant": 16.0})], False),
        ([("op:multiply", {"constant": 10**400})], False),
    ],
)
def test_arithmetic_in_the_model_scales(scaling: Any, right: bool) -> None:
    seen = evidence(*(part(rows(at), span=[0, 16]) for at in (0, 1)), scaling=scaling)
    spans = [[0, 1], [-1, 1]]
    share = array_scale(seen, functions=LOAD, spans=spans, function="build_model").share
    assert share == right


@pytest.mark.parametrize("between", [0, 0.0, None, "all", True])
def test_values_between_the_ends_must_come_as_such(between: Any) -> None:
    """`x // 16` and `np.clip(x, 0, 1)` end at 0 and 1 too."""
    seen = evidence(part(rows(0)), part(rows(1), between=between))
    found = array_scale(seen, functions=LOAD, spans=[[0, 1]])
    assert found.share == 0
    assert "between the ends" in found.message


@pytest.mark.parametrize(("even", "share"), [((0.04, 0.1), 0), ((0.04, 1), 1), ((None, 1.0), 1)])
def test_values_between_the_ends_must_be_in_proportion(even: Any, share: float) -> None:
    """Rows or columns that are each divided by a number of their own; one split may be varied."""
    seen = evidence(*(part(rows(at), even=even[at]) for at in (0, 1)))
    found = array_scale(seen, functions=LOAD, spans=[[0, 1]])
    assert found.share == share
    assert share or "not all divided by one number" in found.message
    strange = evidence(*(part([["0123456789abcdef", [0]]], even=0.04) for _ in (0, 1)))
    assert array_scale(strange, functions=LOAD, spans=[[0, 1]]).share == 1


ODD: list[Any] = [
    [], [3], [part(rows(0))] * 3, [part(rows(0)), part([])], [part(rows(0)), None],
    [part("rows"), part(rows(1))], [part([["zz", 1], 3, ["0" * 999, 1]]), part(rows(1))],
]  # fmt: skip


@pytest.mark.parametrize("parts", ODD)
def test_whatever_is_written_is_judged(parts: list[Any]) -> None:
    """Never an error of ours."""
    for split in SETS:
        try:
            assert delivers_arrays(evidence(*parts), functions=LOAD, split=split).share in (0, 1)
        except MissingEvidence as missing:
            assert "expected inputs and labels" in str(missing) or "no rows" in str(missing)


def test_one_split_of_two_is_judged() -> None:
    """What is there is looked at, what is missing is named."""
    half = evidence(part(rows(0)))
    assert delivers_arrays(half, functions=LOAD, split="train").share == 1
    assert array_labels_right(half, functions=LOAD).share == 1
    with pytest.raises(MissingEvidence, match="gave a tuple with 1 pair of arrays") as caught:
        delivers_arrays(half, functions=LOAD, split="validation")
    assert caught.value.cause and "labels for validation" in caught.value.cause.title


def test_code_without_functions_is_told_the_cell_that_took_its_data() -> None:
    """No data function is spoken of where there is none."""
    seen = evidence(part(rows(0)))
    seen.answers["load_data"].value["object"] = "x_train"
    cell = CellRun(index=2, status="error", error="KeyError: 'x_val'")
    seen.run = Run(status="finished", tier="bubblewrap", cells=(cell,))  # type: ignore[misc]
    with pytest.raises(MissingEvidence, match=r"after the notebook has run\. Cell 3") as caught:
        delivers_arrays(seen, functions=LOAD, split="validation")
    assert "function" not in str(caught.value)
    assert caught.value.cause and caught.value.cause.id == "cell 2"
