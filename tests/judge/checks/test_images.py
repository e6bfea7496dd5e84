"""Painted images tell what a data function delivers, however it was made."""

from __future__ import annotations

import colorsys
import statistics
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from checks_samples import OF_THE_DATA, finding, share
from evidence_samples import ASKED, data_answer, final, part, with_answer
from PIL import Image

from grader.inside.asking.looking import look
from grader.inside.asking.painting import paint
from grader.judge.checks import labels_fit_loss, labels_right
from grader.records import Answer, CellRun, Loss, MissingEvidence

DATA: dict[str, tuple[Any, Any, dict[str, float]]] = {
    "right": (part("train"), part("validation"), {}),
    "scaled": (part("train", scale=1 / 255), part("validation", scale=1 / 255), {}),
    "swapped": (part("validation"), part("train"), {"train-data": 0, "validation-data": 0}),
    "twice the training": (part("train"), part("train"), {"validation-data": 0}),
    "batch 16": (part("train", batch=16), part("validation"), {"batch-and-size": 0.5}),
    "180 pixels": (part("train", side=180), part("validation"), {"batch-and-size": 0.5}),
    "part left out": (
        part("train") | {"images": part("train")["images"][:70]}, part("validation"),
        {"train-data": 0.5},
    ),
    "one-hot": (
        part("train") | {"images": [[*row[:2], [1.0, 0.0]] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "no labels": (part("train") | {"labelled": False}, part("validation"), {"labels": 0}),
    "all the same label": (
        part("train") | {"images": [[*row[:2], 1] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "elsewhere": (
        part("train") | {"images": [[[3.0, 0.0, 9.0], 50.0, 1] for _ in range(90)]},
        part("validation"), {"train-data": 0, "labels": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DATA)
def test_data(case: str) -> None:
    """The colours that come out tell which images were read, and each mistake costs its own."""
    train, validation, expected = DATA[case]
    seen = with_answer("train_val_datasets", data_answer(train, validation))
    assert {one: share(one, seen) for one in OF_THE_DATA} == {
        one: expected.get(one, 1) for one in OF_THE_DATA
    }


FINAL = "create_final_model"


def of_three(label: Any, split: str) -> list[Any]:
    """Three images of as many classes, as one part delivers them; label: of each class's number."""
    return [[[float(level)] * 3, 0.0, label(number)] for number, level in LEVEL[split].items()]


LEVEL = {"train": {0: 18, 1: 30, 2: 42}, "validation": {0: 54, 1: 66, 2: 78}}
PAINTED = [
    [f"{split}/{kind}/{kind}.png", [level] * 3, [40, 40], "RGB"]
    for split, levels in LEVEL.items()
    for kind, level in zip("abc", levels.values(), strict=True)
]


@pytest.mark.parametrize(
    ("label", "expected", "words"),
    [
        (lambda number: number, 1, "label of its class"),
        (lambda number: [float(number == kind) for kind in range(3)], 1, "label of its class"),
        (lambda number: number + 1, 0, "which of the 3 classes"),
        (lambda number: 1, 0, "Several classes carry the same label"),
        (lambda number: [1.0, 1.0, 0.0], 0, "which of the 3 classes"),
    ],
)
def test_labels_of_more_than_two_classes(label: Any, expected: float, words: str) -> None:
    """A number, or a row of zeros and a one."""
    parts = [part(split) | {"images": of_three(label, split)} for split in ("train", "validation")]
    seen = with_answer("train_val_datasets", data_answer(*parts))
    seen = seen.model_copy(update={"asked": {**seen.asked, "data": {"images": PAINTED}}})
    found = labels_right(seen, functions=["train_val_datasets"])
    assert found.share == expected and words in found.message


@pytest.mark.parametrize("hot", [False, True])
def test_the_loss_reads_the_labels_of_images(hot: bool) -> None:
    """As those of arrays: numbers by the sparse one, zeros and a one by the other."""

    def label(number: int) -> Any:
        return [float(number == kind) for kind in range(3)] if hot else number

    parts = [part(split) | {"images": of_three(label, split)} for split in ("train", "validation")]
    seen = with_answer("train_val_datasets", data_answer(*parts))
    fits = {}
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        graphs = {"final": final(loss=Loss(kind=loss))}
        asked = {**seen.asked, "data": {"images": PAINTED}}
        told = seen.model_copy(update={"asked": asked, "graphs": graphs, "decoded": {}})
        found = labels_fit_loss(told, functions=["train_val_datasets"], function=FINAL)
        fits[loss] = found.share
    assert list(fits.values()) == [not hot, hot]


MISSING = {
    "validation": ([part("train"), None], "list", {"validation-data": 0}),
    "training": ([None, part("validation")], "list", {"train-data": 0}),
    "a list of one": ([part("train")], "list", {"validation-data": 0}),
    "both": ([None, None], "list", dict.fromkeys(OF_THE_DATA, 0)),
    "three": ([part("train"), part("validation"), part("validation")], "tuple", {}),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "returned", "expected"), MISSING.values(), ids=MISSING.keys())
def test_half_an_answer_is_judged(
    parts: list[Any], returned: str, expected: dict[str, float]
) -> None:
    """Size and labels by the part that is there; only what is missing costs."""
    value = {"hidden": {"returned": returned, "parts": parts}}
    seen = with_answer("train_val_datasets", Answer(status="ok", value=value))
    assert {one: share(one, seen) for one in OF_THE_DATA} == {
        one: expected.get(one, 1) for one in OF_THE_DATA
    }


def test_code_without_functions_is_not_told_of_a_data_function() -> None:
    """What is missing is named, with the cell that took it."""
    value = {
        "hidden": {"returned": "list", "parts": [part("train"), None]},
        "object": "train_generator",
    }
    seen = with_answer("train_val_datasets", Answer(status="ok", value=value))
    cell = CellRun(index=17, status="error", error="FileNotFoundError: './validation'")
    run = seen.run.model_copy(update={"cells": (cell,)})
    with pytest.raises(MissingEvidence) as caught:
        finding("validation-data", seen.model_copy(update={"run": run}))
    assert "no data for validation" in str(caught.value)
    assert "Cell 18 stopped with FileNotFoundError" in str(caught.value)
    assert "function" not in str(caught.value)


def changed(split: str, change: Callable[[list[float], Random], list[float]]) -> dict[str, Any]:
    """That part with every image's colour changed, as scaling or augmentation does it."""
    dice = Random(7)  # noqa: S311 - colours, no secrets
    right = part(split)
    return right | {"images": [[change(row[0], dice), *row[1:]] for row in right["images"]]}


def brighter(colour: list[float], dice: Random) -> list[float]:
    """By another amount each time, and led back to what can be shown."""
    more = dice.uniform(-50, 50)
    return [min(max(value + more, 0.0), 255.0) for value in colour]


def standardised(colour: list[float]) -> list[float]:
    mean = statistics.fmean(colour)
    return [(value - mean) / statistics.pstdev(colour) for value in colour]


def stretched(colour: list[float], dice: Random) -> list[float]:
    """Paler or more vivid, then brighter or darker, on a scale from 0 to 1."""
    times, plus = dice.uniform(0.7, 1.3), dice.uniform(-0.1, 0.1)
    return [max(colour) / 255 + times * (value - max(colour)) / 255 + plus for value in colour]


def turned(colour: list[float], turn: float) -> list[float]:
    hue, *rest = colorsys.rgb_to_hsv(*colour)
    return list(colorsys.hsv_to_rgb((hue + turn) % 1, *rest))


SCALES: dict[str, Callable[[list[float], Random], list[float]]] = {
    "1/225": lambda colour, _: [value / 225 for value in colour],
    "1/300": lambda colour, _: [value / 300 for value in colour],
    "1/127.5": lambda colour, _: [value / 127.5 for value in colour],
    "−0.5…0.5": lambda colour, _: [value / 255 - 0.5 for value in colour],
    "mean and deviation": lambda colour, _: [(value - 118) / 61 for value in colour],
    "of each channel": lambda colour, _: [
        (value - mean) / deviation
        for value, mean, deviation in zip(colour, (124, 117, 104), (58, 57, 61), strict=True)
    ],
    "brightness": brighter,
    "blue, green, red": lambda colour, _: [
        value - mean for value, mean in zip(colour[::-1], (104, 117, 124), strict=True)
    ],
    "each by its own mean and deviation": lambda colour, _: standardised(colour),
    "contrast, saturation and brightness": stretched,
    "negative": lambda colour, _: [1 - value / 255 for value in colour],
    "hue": lambda colour, dice: turned(colour, dice.uniform(-0.07, 0.07)),
}


@pytest.mark.parametrize("change", SCALES.values(), ids=SCALES.keys())
def test_images_are_recognised_at_any_scale(
    change: Callable[[list[float], Random], list[float]],
) -> None:
    """Scaled, standardised, made brighter: it is what was painted, and swapped it is swapped."""
    train, validation = changed("train", change), changed("validation", change)
    right = with_answer("train_val_datasets", data_answer(train, validation))
    assert {one: share(one, right) for one in OF_THE_DATA} == dict.fromkeys(OF_THE_DATA, 1)
    swapped = with_answer("train_val_datasets", data_answer(validation, train))
    assert share("train-data", swapped) == share("validation-data", swapped) == 0
    twice = with_answer("train_val_datasets", data_answer(train, train))
    assert (share("train-data", twice), share("validation-data", twice)) == (1, 0)
    less = train | {"images": train["images"][: len(train["images"]) * 3 // 4]}
    left_out = with_answer("train_val_datasets", data_answer(less, validation))
    assert share("train-data", left_out) < 1


Change = Callable[[Any], Any]
WITHOUT_COLOURS: dict[str, tuple[Change, str]] = {
    "grey": (lambda images: images @ [0.299, 0.587, 0.114], "0…255"),
    "grey, its mean from 0 to 1": (lambda images: images.mean(axis=-1) / 255, "0…1"),
    "grey, from −1 to 1": (lambda images: images @ [0.2126, 0.7152, 0.0722] / 127.5 - 1, "−1…1"),
    "each channel of each image": (
        lambda images: (
            (images - images.mean(axis=(1, 2), keepdims=True))
            / images.std(axis=(1, 2), keepdims=True)
        ),
        "each image standardised by itself",
    ),
    "grey, each image": (
        lambda images: (
            (images.mean(axis=-1) - images.mean(axis=(1, 2, 3))[:, None, None])
            / images.mean(axis=-1).std(axis=(1, 2))[:, None, None]
        ),
        "each image standardised by itself",
    ),
    "each channel of each image, from 0 to 1": (
        lambda images: (
            (images - images.min(axis=(1, 2), keepdims=True))
            / np.ptp(images, axis=(1, 2), keepdims=True)
        ),
        "0…1",
    ),
}


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Split → (images as they are read and resized, labels)."""
    folder = tmp_path_factory.mktemp("painted")
    paint(str(folder), ASKED["data"]["images"])
    read: dict[str, tuple[Any, Any]] = {}
    for split in ("train", "validation"):
        paths = sorted((folder / split).rglob("*.png"))
        resized = [Image.open(path).convert("RGB").resize((150, 150)) for path in paths]
        labels = np.array([[float(path.parent.name == "humans")] for path in paths])
        read[split] = np.array([np.asarray(image, "float32") for image in resized]), labels
    return read


@pytest.mark.parametrize("case", WITHOUT_COLOURS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.slow
def test_images_that_lost_their_colours_are_recognised(
    painted: dict[str, Any], case: str, channels: int
) -> None:
    """Grey in any way, or each channel of each image standardised by itself."""
    change, span = WITHOUT_COLOURS[case]

    def seen(split: str) -> dict[str, Any]:
        images, labels = painted[split]
        images = change(images)
        if images.ndim == 3:
            images = np.repeat(images[..., None], channels, axis=-1)
        cuts = range(32, len(images), 32)
        batches = zip(np.split(images, cuts), np.split(labels, cuts), strict=True)
        return look(batches, max_images=400)

    train, validation = seen("train"), seen("validation")
    right = with_answer("train_val_datasets", data_answer(train, validation))
    shape = 1 if train["shapes"] == [[150, 150, 3]] else 0.5
    assert {one: share(one, right) for one in OF_THE_DATA} == dict.fromkeys(OF_THE_DATA, 1) | {
        "batch-and-size": shape
    }
    assert f"({span}" in (words := finding("scaling", right).seen) or f", {span})" in words
    swapped = with_answer("train_val_datasets", data_answer(validation, train))
    assert share("train-data", swapped) == share("validation-data", swapped) == 0


@pytest.mark.parametrize("scale", [1.0, 1 / 255, 1 / 225])
@pytest.mark.parametrize("seed", range(5))
def test_photographs_are_not_taken_for_what_was_painted(seed: int, scale: float) -> None:
    """Their mean colours are greyish and near each other, some of them near a painted one."""
    dice = Random(seed)  # noqa: S311 - colours, no secrets

    def grey() -> list[float]:
        light = dice.uniform(60, 200)
        return [(light + dice.uniform(-15, 15)) * scale for _ in range(3)]

    photographs = part("train") | {"images": [[grey(), 50.0, 1] for _ in range(90)]}
    seen = with_answer("train_val_datasets", data_answer(photographs, part("validation")))
    assert share("train-data", seen) == 0


@pytest.mark.parametrize("name", ["mean and deviation", "of each channel", "1/300", "by training"])
def test_one_scale_is_not_two(name: str) -> None:
    """Whichever colours the images of the two parts have: training's mean may be far from those of
    validation."""
    columns = list(zip(*(colour for colour, *_ in part("train")["images"]), strict=True))
    facts = [(statistics.fmean(column), statistics.pstdev(column)) for column in columns]
    scales = SCALES | {
        "by training": lambda colour, _: [
            (value - mean) / deviation
            for value, (mean, deviation) in zip(colour, facts, strict=True)
        ]
    }
    both = [changed(split, scales[name]) for split in ("train", "validation")]
    seen = with_answer("train_val_datasets", data_answer(*both))
    submission = seen.submission.model_copy(update={"revision": "b"})
    named = finding("scaling", seen.model_copy(update={"submission": submission}))
    assert named.share == 1 and named.besides == ("another-scale",)


def test_an_unusual_scale_is_named() -> None:
    """It costs nothing; where only one of the two is scaled, the other is never scaled."""
    odd = data_answer(changed("train", SCALES["1/225"]), changed("validation", SCALES["1/225"]))
    evidence_b = with_answer("train_val_datasets", odd)
    submission = evidence_b.submission.model_copy(update={"revision": "b"})
    named = finding("scaling", evidence_b.model_copy(update={"submission": submission}))
    assert named.besides == ("another-scale",) and named.share == 1
    assert "1/225" in named.message
    half = data_answer(part("train", scale=1 / 255), part("validation"))
    seen = with_answer("train_val_datasets", half).model_copy(update={"submission": submission})
    found = finding("scaling", seen)
    assert found.misconceptions == ("scaled-differently", "never-scaled")
    assert "(validation, 0…255)" in found.seen


@pytest.mark.parametrize(
    ("batches", "told"), [([32, 32, 32], True), ([32, 32], False), ([32, 32, 32, 2], False)]
)
def test_why_a_part_is_left_out(batches: list[int], told: bool) -> None:
    """All whole batches, and these alone: what was left was dropped. Else nobody knows."""
    some = part("train")
    assert some["batches"] == [32, 32, 32, 4]
    some |= {"images": some["images"][: sum(batches)], "batches": batches}
    left_out = finding("train-data", with_answer("train_val_datasets", data_answer(some)))
    assert left_out.share == 0.5
    assert ("drop_remainder" in left_out.hint) == told
