"""Ready-made checks of image data sets, and the painted tree of images that they are asked with.

Each image of the tree has one colour of its own. The colours that come out of a data set say
which images were read, in which batches and with which labels, however the data set was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from grader.checks_seen import failed, ok_answer, partial, passed
from grader.errors import MissingEvidence
from grader.records import Evidence, Finding

SPLITS = ("train", "validation")
STEP, OFFSET, LEVELS = 12, 6, 20
"""Colours lie on a grid: two of them are at least STEP apart in some channel."""
NEAR = 5.0
"""Of 255: what resizing and rounding may change; less than half a STEP."""
NOISE = 0.01
RGBA_SHARE = 0.1
ENTRY = 3
"""Mean colour, spread, label."""
CHANNELS = 3
BRIGHTEST = 1e6
"""No image has larger values; NaN fails this comparison too."""
MAX_SHAPES, MAX_RANK = 8, 6


def painted_images(dice: Random, counts: Mapping[str, Mapping[str, int]]) -> list[list[Any]]:
    """[path, [r, g, b], [width, height], mode] for counts of split → class → images."""
    total = sum(sum(split.values()) for split in counts.values())
    numbers = iter(dice.sample(range(LEVELS**3), total))
    return [
        [
            f"{split}/{kind}/{kind}-{index:03}.png",
            _colour(next(numbers)),
            [dice.randint(40, 90), dice.randint(40, 90)],
            "RGBA" if dice.random() < RGBA_SHARE else "RGB",
        ]
        for split, classes in counts.items()
        for kind, count in classes.items()
        for index in range(count)
    ]


def _colour(number: int) -> list[int]:
    return [OFFSET + STEP * (number // LEVELS**power % LEVELS) for power in range(3)]


# ---------------------------------------------------------------- what a split delivered


class Delivered:
    """What one part of the data function's answer holds, decoded."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], split: str) -> None:
        """Raises MissingEvidence, in words for the student."""
        told = _part(evidence, functions, split)
        self.split = split
        self.painted = {tuple(image[1]): image[0] for image in evidence.asked["data"]["images"]}
        self.batches = [one for one in _list(told, "batches") if type(one) is int]
        self.shapes = _shapes(told, "shapes")
        self.batched = told.get("batched") is True
        self.ended = told.get("ended") is True
        self.labelled = told.get("labelled") is True
        self.label_shapes = _shapes(told, "label_shapes")
        images = [one for one in _list(told, "images") if _is_image(one)]
        self.scale = _scale(images)
        self.files = [self._which(one) for one in images]
        self.labels = [_label(one[2]) for one in images]

    def _which(self, image: Any) -> str:
        """Path of the painted image that this one is, or ""."""
        mean = [self.scale(value) for value in image[0]]
        colour = tuple(OFFSET + STEP * round((value - OFFSET) / STEP) for value in mean)
        near = all(abs(one - other) <= NEAR for one, other in zip(colour, mean, strict=True))
        return self.painted.get(colour, "") if near else ""

    def expected(self) -> set[str]:
        return {path for path in self.painted.values() if path.startswith(f"{self.split}/")}


def _part(evidence: Evidence, functions: Sequence[str], split: str) -> dict[str, Any]:
    value = ok_answer(evidence, functions).value
    hidden = value.get("hidden") if isinstance(value, dict) else None
    parts = hidden.get("parts") if isinstance(hidden, dict) else None
    if not isinstance(parts, list) or len(parts) != len(SPLITS):
        told = (
            str(hidden.get("returned", "nothing"))[:80] if isinstance(hidden, dict) else "nothing"
        )
        number = f" of {len(parts)}" if isinstance(parts, list) else ""
        raise MissingEvidence(
            f"The data function returned a {told}{number}; expected two data sets, "
            "the one for training first."
        )
    part = parts[SPLITS.index(split)]
    if not isinstance(part, dict) or not _list(part, "images"):
        raise MissingEvidence(f"The {split} data delivered no images.")
    return part


def _list(told: dict[str, Any], key: str) -> list[Any]:
    value = told.get(key)
    return value if isinstance(value, list) else []


def _shapes(told: dict[str, Any], key: str) -> list[list[int]]:
    return [
        one
        for one in _list(told, key)[:MAX_SHAPES]
        if isinstance(one, list) and len(one) <= MAX_RANK and all(type(side) is int for side in one)
    ]


def _is_image(entry: Any) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == ENTRY
        and isinstance(entry[0], list)
        and len(entry[0]) == CHANNELS
        and all(type(one) in (int, float) and abs(one) <= BRIGHTEST for one in entry[0])
    )


def _scale(images: list[Any]) -> Callable[[float], float]:
    """Back to 0…255 from 0…255, 0…1 or −1…1, told by the smallest and largest of the values."""
    values = [value for image in images for value in image[0]]
    if min(values, default=0) < -NOISE:
        return lambda value: (value + 1) * 127.5
    for times in (65025, 255):  # scaled twice; once
        if max(values, default=255) * times <= 255 * (1 + NOISE):
            return lambda value: value * times
    return lambda value: value


def _label(label: Any) -> int | None:
    """0 or 1 from a number or a list of one; None for anything else."""
    if isinstance(label, list) and len(label) == 1:
        label = label[0]
    return int(label) if type(label) in (int, float, bool) and label in (0, 1) else None


# ---------------------------------------------------------------- the checks


WORDS = {"train": "training", "validation": "validation"}


def delivers_split(evidence: Evidence, *, functions: Sequence[str], split: str) -> Finding:
    """That part holds every image of its folder once, and no others."""
    got = Delivered(evidence, functions, split)
    wanted, files = got.expected(), {file for file in got.files if file}
    name, other = WORDS[split], next(word for key, word in WORDS.items() if key != split)
    expected = f"every image of the {name} folder once, and no others"
    seen = f"{len(files & wanted)} of the {len(wanted)} images that we had put there"

    def wrong(message: str, *, more: str = "", shows: Sequence[str] = ()) -> Finding:
        return failed(message, seen=seen + more, expected=expected, shows=shows)

    if not files:
        return wrong(
            f"With other images in the {name} folder, none of them was delivered: "
            f"the {name} data are read from somewhere else."
        )
    if not files & wanted:
        mixed = ["splits-mixed-up"]
        return wrong(f"The {name} data come from the {other} folder.", shows=mixed)
    if files - wanted:
        more = f", and {len(files - wanted)} of the {other} folder"
        mixed = ["splits-mixed-up"]
        return wrong(f"Images of both folders are in the {name} data.", more=more, shows=mixed)
    if files != wanted:
        message = f"A part of the {name} images is left out."
        return partial(0.5, message, seen=seen, expected=expected)
    if got.ended and len(got.files) > len(wanted):
        message = f"Some {name} images come more than once."
        return partial(0.5, message, seen=seen, expected=expected)
    return passed(f"The {name} data come from the right folder.", seen=seen, expected=expected)


def batches_and_shape(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    batch: dict[str, int],
    image_shape: list[int],
    wrong: float = 0.5,
) -> Finding:
    """Both parts come in batches of that size (by revision), as images of that shape."""
    size = batch.get(evidence.submission.revision, batch["other"])
    expected = f"batches of {size}, images {'×'.join(map(str, image_shape))}"
    parts = [Delivered(evidence, functions, split) for split in SPLITS]
    shapes = [shape for part in parts for shape in part.shapes]
    shown = {"×".join(map(str, shape)) for shape in shapes}
    first = [part.batches[0] if part.batched and part.batches else 1 for part in parts]
    seen = f"batches of {first[0]} (training) and {first[1]} (validation), images " + ", ".join(
        sorted(shown)
    )
    right_shape = bool(shapes) and all(shape == image_shape for shape in shapes)
    # a split smaller than one batch comes in one piece
    right_batch = all(
        count == min(size, len(part.expected())) for count, part in zip(first, parts, strict=True)
    ) and all(part.batched for part in parts)
    if right_shape and right_batch:
        return passed("Batches and images have the right size.", seen=seen, expected=expected)
    if right_shape or right_batch:
        what = "The batches have" if right_shape else "The images have"
        return partial(wrong, f"{what} another size than asked for.", seen=seen, expected=expected)
    return failed("Batches and images have other sizes.", seen=seen, expected=expected)


def labels_right(evidence: Evidence, *, functions: Sequence[str], wrong: float = 0.5) -> Finding:
    """Each image carries the label of its own class, 0 or 1, the same in both parts."""
    expected = "one label 0 or 1 an image, by the name of its class folder"
    meanings = []
    for split in SPLITS:
        got = Delivered(evidence, functions, split)
        pairs = {
            (file.split("/")[1], label)
            for file, label in zip(got.files, got.labels, strict=True)
            if file
        }
        if not got.labelled or not pairs:
            return failed(f"The {split} images come without labels.", expected=expected)
        if any(label is None for _, label in pairs):
            shape = "×".join(map(str, got.label_shapes[0])) if got.label_shapes else ""
            return failed(
                "The labels are not single zeros and ones, as one output unit needs them.",
                seen=f"labels of shape {shape}" if shape else "other labels",
                expected=expected,
            )
        if len({kind for kind, _ in pairs}) != len(pairs):
            return failed(
                f"Images of one class carry different labels in the {split} data.",
                expected=expected,
            )
        meanings.append(dict(pairs))
    if len(set(meanings[0].values())) != len(meanings[0]):
        return failed("Both classes carry the same label.", expected=expected)
    if meanings[0] != meanings[1]:
        return partial(
            wrong, "Training and validation number the classes differently.", expected=expected
        )
    return passed("Every image carries the label of its class.", expected=expected)
