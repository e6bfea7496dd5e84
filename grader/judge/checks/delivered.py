"""What one split of a data function's answer holds, decoded by the painted images' colours."""

from collections import Counter
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
ANOTHER = "another scale"
BRIGHTER = 80.0
"""Of 255: so far an image may have been made brighter or darker as a whole."""
END = 0.5
FEW = 10
NEARLY_ALL, HARDLY_ANY = 0.9, 0.1
"""Of the images that came: less than that is chance, as a photograph's mean may be any colour."""
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
        self.count = len(self._images)
        painted = evidence.asked["data"]["images"]
        self.span, self._pixels = scale_of(
            [mean[:CHANNELS] for mean, _, _ in self._images],
            [(colour, path.startswith(f"{split}/")) for path, colour, *_ in painted],
        )
        self.classes = len({path.split("/")[1] for path, *_ in painted})
        self.labels = [_label(label, self.classes) for _, _, label in self._images]
        self._painted: dict[tuple[int, ...], str] = {
            tuple(colour): path for path, colour, *_ in painted
        }

    @property
    def files(self) -> list[str]:
        """For each image the path of the painted one that it is, or "".

        Where not all are recognised by their colour, they may have been made brighter or darker,
        each by another amount. A few images of another folder would by chance look so too; that
        nearly all of them do is no chance.
        """
        return self._recognised[0]

    @property
    def certain(self) -> list[str]:
        """The same without those that may as well be another image."""
        return self._recognised[1]

    @cached_property
    def _recognised(self) -> tuple[list[str], list[str]]:
        pixels = [self._pixels(mean[:CHANNELS]) for mean, _, _ in self._images]
        files = [self._painted.get(colour_at(each), "") for each in pixels]
        if not all(files) and len(files) <= len(self._painted):
            brighter, certain = self._brightened(pixels)
            if sum(map(bool, brighter)) >= NEARLY_ALL * len(files):
                return brighter, certain
        if sum(map(bool, files)) < HARDLY_ANY * len(files):
            files = [""] * len(files)
        return files, files

    def _brightened(self, pixels: Sequence[list[float]]) -> tuple[list[str], list[str]]:
        """The painted image that each is but for its brightness, none of them twice; and the same
        without those that may be any of several.

        Where one may be any of several, one of the split that the others are of comes first, and
        among those the one that was changed least.
        """
        fitting = [
            {
                path: abs(shift)
                for colour, path in self._painted.items()
                if (shift := _shift(mean, colour)) is not None
            }
            for mean in pixels
        ]
        certain = [next(iter(paths)) if len(paths) == 1 else "" for paths in fitting]
        splits = Counter(path.partition("/")[0] for path in certain if path)
        choices = [
            sorted(paths, key=lambda path: (-splits[path.partition("/")[0]], paths[path]))
            for paths in fitting
        ]
        chosen: dict[str, int] = {}
        for index in sorted(range(len(choices)), key=lambda index: len(choices[index])):
            _give(index, choices, chosen, set())
        found = dict.fromkeys(range(len(choices)), "") | {i: path for path, i in chosen.items()}
        return [found[index] for index in range(len(choices))], certain

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
    lacking = f" without data for {split}" if count == len(SPLITS) else ""
    return (
        f"The data function returned a {kind}{number}{lacking}; expected two data sets, "
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


def _give(
    index: int, choices: Sequence[Sequence[str]], chosen: dict[str, int], tried: set[str]
) -> bool:
    """Give the image one of its choices, others giving way where they can (H. W. Kuhn, "The
    Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2, 1955)."""
    for path in choices[index]:
        if path not in tried:
            tried.add(path)
            if path not in chosen or _give(chosen[path], choices, chosen, tried):
                chosen[path] = index
                return True
    return False


def _shift(mean: Sequence[float], colour: Sequence[int]) -> float | None:
    """How much brighter an image is than the painted one; None where it is another.

    A channel at the end of what can be shown tells only that it was led there.
    """
    pairs = list(zip(mean, colour, strict=True))
    inner = [value - level for value, level in pairs if END < value < 255 - END]
    if not inner or max(inner) - min(inner) > NEAR or max(map(abs, inner)) > BRIGHTER:
        return None
    shift = sum(inner) / len(inner)
    low = all(level + shift <= NEAR for value, level in pairs if value <= END)
    high = all(level + shift >= 255 - NEAR for value, level in pairs if value >= 255 - END)
    return shift if low and high else None


Pixels = Callable[[list[float]], list[float]]
"""The values of an image's channels → what they were between 0 and 255."""


def scale_of(
    means: Sequence[list[float]], painted: Sequence[tuple[Sequence[int], bool]]
) -> tuple[str, Pixels]:
    """What the values span, and the way back to 0…255.

    Told by the smallest and the largest value. Where hardly any image is recognised by that, a
    scale is looked for that leads the values, or those of each channel, to what was painted.

    painted: (colour, whether it is of this split).
    """
    span, usual = _usual_scale(means)
    known = {tuple(colour) for colour, _ in painted}

    def recognised(pixels: Pixels) -> int:
        return sum(colour_at(pixels(mean)) in known for mean in means)

    some = means[:: len(means) // FEW + 1]  # enough to see that it is the usual one
    if all(colour_at(usual(mean)) in known for mean in some) or 2 * recognised(usual) > len(means):
        return span, usual
    scales = [
        _led(means, [colour for colour, own in painted if own or not only_own], apart=apart)
        for only_own in (True, False)
        for apart in (False, True)
    ]
    best = max(scales, key=recognised)
    return (ANOTHER, best) if 2 * recognised(best) > len(means) else (span, usual)


def _usual_scale(means: Sequence[list[float]]) -> tuple[str, Pixels]:
    values = [value for mean in means for value in mean]
    if min(values, default=0) < -NOISE:
        return "−1…1", lambda mean: [(value + 1) * 127.5 for value in mean]
    for span, times in ((TWICE, 65025), ("0…1", 255)):
        if max(values, default=255) * times <= 255 * (1 + NOISE):
            return span, lambda mean, times=times: [value * times for value in mean]
    return PIXELS, lambda mean: mean


def _led(means: Sequence[list[float]], colours: Sequence[Sequence[int]], *, apart: bool) -> Pixels:
    """Smallest and largest of the values led to those of the colours; apart: of each channel."""
    seen, meant = ([[*column] for column in zip(*rows, strict=True)] for rows in (means, colours))
    if not apart:
        seen = [[value for column in seen for value in column]] * CHANNELS
        meant = [[level for column in meant for level in column]] * CHANNELS
    lines = []
    for values, levels in zip(seen, meant, strict=True):
        reach = max(values) - min(values)
        times = (max(levels) - min(levels)) / reach if reach > 0 else 0.0
        lines.append((times, min(levels) - times * min(values)))
    return lambda mean: [
        value * times + plus for value, (times, plus) in zip(mean, lines, strict=True)
    ]


def colour_at(pixels: Sequence[float]) -> tuple[int, ...]:
    """The colour of the grid that these values are; () where they are none."""
    colour = tuple([OFFSET + STEP * round((value - OFFSET) / STEP) for value in pixels])
    for level, value in zip(colour, pixels, strict=True):
        if not abs(level - value) <= NEAR:
            return ()
    return colour


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
