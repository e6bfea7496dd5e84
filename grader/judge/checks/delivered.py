"""What one split of a data function's answer holds, decoded by the painted images' colours."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from grader.judge.checks.finding import how_it_ended, ok_answer
from grader.records import Evidence, MissingEvidence

SPLITS = ("train", "validation")
STEP, OFFSET, LEVELS = 12, 6, 20
"""Colours lie on a grid: two of them are at least STEP apart in some channel."""
NEAR = 5.0
"""Of 255: what resizing and rounding may change; less than half a STEP."""
NOISE = 0.01
ENTRY = 3
"""Mean colour, spread, label."""
CHANNELS = 3
"""A fourth one, of how opaque an image is, says nothing about its colour."""
TWICE, PIXELS = "0…1/255", "0…255"
BRIGHTEST = 1e6
"""No image has larger values; NaN fails this comparison too."""
MAX_SHAPES, MAX_RANK = 8, 6
TWO = 2
"""Classes that one label, 0 or 1, tells apart."""


class Delivered:
    """What one part of the data function's answer holds, decoded."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], split: str) -> None:
        """Raises MissingEvidence, in words for the student."""
        part = _part(evidence, functions, split)
        self.split = split
        self.batches = [size for size in _list(part, "batches") if type(size) is int]
        self.shapes = _shapes(part, "shapes")
        self.batched = part.get("batched") is True
        self.ended = part.get("ended") is True
        self.labelled = part.get("labelled") is True
        self.label_shapes = _shapes(part, "label_shapes")
        self._images = [entry for entry in _list(part, "images") if _is_image(entry)]
        self.span, self._pixels = _scale(self._images)
        self.count = len(self._images)
        painted = evidence.asked["data"]["images"]
        self.classes = len({path.split("/")[1] for path, *_ in painted})
        self.labels = [_label(label, self.classes) for _, _, label in self._images]
        self._painted: dict[tuple[int, ...], str] = {
            tuple(colour): path for path, colour, *_ in painted
        }

    @cached_property
    def files(self) -> list[str]:
        """For each image the path of the painted one that it is, or ""."""
        return [self._file(mean[:CHANNELS]) for mean, _, _ in self._images]

    def _file(self, mean: list[float]) -> str:
        pixels = [self._pixels(value) for value in mean]
        colour = tuple(OFFSET + STEP * round((value - OFFSET) / STEP) for value in pixels)
        for level, value in zip(colour, pixels, strict=True):
            if not abs(level - value) <= NEAR:
                return ""
        return self._painted.get(colour, "")

    def expected(self) -> set[str]:
        """Paths of all images that had been put into the folder of this split."""
        return {path for path in self._painted.values() if path.startswith(f"{self.split}/")}


def _part(evidence: Evidence, functions: Sequence[str], split: str) -> dict[str, Any]:
    value = ok_answer(evidence, functions).value
    hidden = value.get("hidden") if isinstance(value, dict) else None
    hidden = hidden if isinstance(hidden, dict) else {}
    parts = hidden.get("parts")
    there = parts if isinstance(parts, list) else []
    part = dict(zip(SPLITS, there, strict=False)).get(split)
    if len(there) > len(SPLITS) or part is None:
        raise MissingEvidence(_what_is_missing(evidence, functions, split, hidden, len(there)))
    if not isinstance(part, dict) or not _list(part, "images"):
        raise MissingEvidence(f"The {split} data delivered no images.")
    return part


def _what_is_missing(
    evidence: Evidence, functions: Sequence[str], split: str, hidden: dict[str, Any], count: int
) -> str:
    value = ok_answer(evidence, functions).value
    if isinstance(value, dict) and value.get("object"):  # code that has no functions
        ending = how_it_ended(evidence)
        return f"There is no data set for {split} after the notebook has run. {ending}".strip()
    kind = str(hidden.get("returned", "nothing"))[:80]
    number = f" of {count}" if count else ""
    return (
        f"The data function returned a {kind}{number}; expected two data sets, "
        "the one for training first."
    )


def delivered(evidence: Evidence, functions: Sequence[str]) -> list[Delivered]:
    """Both parts, or the one that is there. MissingEvidence where there is neither."""
    parts: list[Delivered] = []
    missing: list[MissingEvidence] = []
    for split in SPLITS:
        try:
            parts.append(Delivered(evidence, functions, split))
        except MissingEvidence as problem:
            missing.append(problem)
    if not parts:
        raise missing[0]
    return parts


def _list(part: dict[str, Any], key: str) -> list[Any]:
    value = part.get(key)
    return value if isinstance(value, list) else []


def _shapes(part: dict[str, Any], key: str) -> list[list[int]]:
    return [
        shape
        for shape in _list(part, key)[:MAX_SHAPES]
        if isinstance(shape, list)
        and len(shape) <= MAX_RANK
        and all(type(side) is int for side in shape)
    ]


def _is_image(entry: Any) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == ENTRY
        and isinstance(entry[0], list)
        and len(entry[0]) in (CHANNELS, CHANNELS + 1)
        and all(
            type(value) in (int, float) and -BRIGHTEST <= value <= BRIGHTEST for value in entry[0]
        )
    )


def _scale(images: list[Any]) -> tuple[str, Callable[[float], float]]:
    """What the values span, and the way back to 0…255; told by the smallest and the largest."""
    values = [value for image in images for value in image[0][:CHANNELS]]
    if min(values, default=0) < -NOISE:
        return "−1…1", lambda value: (value + 1) * 127.5
    for span, times in ((TWICE, 65025), ("0…1", 255)):
        if max(values, default=255) * times <= 255 * (1 + NOISE):
            return span, lambda value, times=times: value * times
    return PIXELS, lambda value: value


def _label(label: Any, classes: int) -> int | None:
    """The class from a number or a list of one; of more than two classes also from zeros and a one;
    None for anything else."""
    numbers = label if isinstance(label, list) else [label]
    if not all(type(number) in (int, float, bool) for number in numbers):
        return None
    if len(numbers) == 1 and numbers[0] in range(classes):
        return int(numbers[0])
    one_hot = sorted(numbers) == [0] * (classes - 1) + [1]
    return numbers.index(1) if one_hot and classes > TWO else None
