"""What one split of a data function's answer holds, decoded by the painted images' colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader.judge.checks.finding import ok_answer
from grader.records import Evidence, MissingEvidence, Remembered

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
        self.span, self.scale = _scale(images)
        self.files = [self._which(one) for one in images]
        self.labels = [_label(one[2]) for one in images]

    def _which(self, image: Any) -> str:
        """Path of the painted image that this one is, or ""."""
        mean = [self.scale(value) for value in image[0][:CHANNELS]]
        colour = tuple(OFFSET + STEP * round((value - OFFSET) / STEP) for value in mean)
        near = all(abs(one - other) <= NEAR for one, other in zip(colour, mean, strict=True))
        return self.painted.get(colour, "") if near else ""

    def expected(self) -> set[str]:
        return {path for path in self.painted.values() if path.startswith(f"{self.split}/")}


_Decoded = dict[tuple[tuple[str, ...], str], Delivered]


def _nothing_yet(evidence: Evidence) -> _Decoded:
    return {}


_decoded = Remembered(_nothing_yet)


def delivered(evidence: Evidence, functions: Sequence[str], split: str) -> Delivered:
    """As `Delivered`; several checks ask for the same."""
    known, asked = _decoded.of(evidence), (tuple(functions), split)
    if asked not in known:
        known[asked] = Delivered(evidence, functions, split)
    return known[asked]


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
        and len(entry[0]) in (CHANNELS, CHANNELS + 1)
        and all(type(one) in (int, float) and abs(one) <= BRIGHTEST for one in entry[0])
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


def _label(label: Any) -> int | None:
    """0 or 1 from a number or a list of one; None for anything else."""
    if isinstance(label, list) and len(label) == 1:
        label = label[0]
    return int(label) if type(label) in (int, float, bool) and label in (0, 1) else None
