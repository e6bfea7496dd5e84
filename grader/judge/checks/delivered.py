"""What one split of a data function's answer holds, decoded by the painted images' colours.

Each painted image has one colour of its own on a grid, and those of one class and split have nearly
one hue. The colour is known again at any scale that all images have in common; the hue where each
was changed by itself: made brighter, paler or richer in contrast, centred, standardised. Where an
image has lost its colour, being grey or standardised channel by channel, its stripes tell the rest.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, cycle, product
from random import Random
from typing import Any

from grader.judge.checks.causes import no_data
from grader.judge.checks.finding import hidden_answer, left_without, listed, those_there
from grader.judge.checks.marked import read_label
from grader.records import Evidence, MissingEvidence

SPLITS = ("train", "validation")
WORDS = {"train": "training", "validation": "validation"}
STEP, OFFSET = 12, 6
"""Colours lie on a grid: two of them are at least STEP apart in some channel."""
LEVELS = range(4, 17)
"""Away from black and white, so that what is made brighter keeps its hue."""
VIVID = 8
"""Steps between the least and the largest channel: a hue is seen."""
MORE = 1.3
"""Colours to choose from, for each that is needed."""
NEAR = 5.0
"""Of 255: what resizing and rounding may change; less than half a STEP."""
NOISE = 0.01
ENTRY = 3
"""Colour, spread, label."""
CHANNELS, GREY = 3, 1
"""A fourth one, of how opaque an image is, says nothing about its colour."""
TWICE, PIXELS, SMALL, SIGNED = "0…1/255", "0…255", "0…1", "−1…1"
ANOTHER, EACH = "another scale", "each image standardised by itself"
USUAL = (TWICE, PIXELS, SMALL, SIGNED)
FLAT = 0.25
"""Of the distance between an image's channels: most of a painted one has one colour."""
LEANING = 2.0
"""Factor within which an image leans as its stripes have it."""
FEW = 10
NEARLY_ALL, HARDLY_ANY = 0.9, 0.1
"""Of the images that came: less than that is chance, as a photograph may have any colour."""
ALIKE = 0.35 * 255
"""Of 255: two scales that lead a value less far apart are taken for one."""
BRIGHTEST = 1e6
"""No image has larger values; NaN fails this comparison too."""
MAX_SHAPES, MAX_RANK = 8, 6
TWO = 2
"""Classes that one label, 0 or 1, tells apart."""
Colour = Sequence[float]
Pixels = Callable[[Colour], list[float]]
"""The values of an image's channels → what they were between 0 and 255."""


def drawn_colours(dice: Random, numbers: Sequence[int]) -> Iterator[list[list[int]]]:
    """So many colours for each class of each split. Raises ValueError where there are too few."""
    grid = product([OFFSET + STEP * level for level in LEVELS], repeat=3)
    vivid = [(_hue(colour), colour) for colour in grid if max(colour) - min(colour) >= VIVID * STEP]
    begin = dice.uniform(-math.pi, math.pi)
    for index, number in enumerate(numbers):
        middle = begin + math.tau * index / len(numbers)
        vivid.sort(key=lambda hued: _between(hued[0], middle))
        chosen = dice.sample(vivid[: math.ceil(number * MORE)], number)
        taken = set(chosen)
        vivid = [hued for hued in vivid if hued not in taken]
        yield [list(colour) for _, colour in chosen]


def _hue(colour: Colour) -> float:
    """An angle that stays when all channels are multiplied by, or moved by, one number."""
    red, green, blue = colour
    return math.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue)


def _between(hue: float, other: float) -> float:
    return abs(math.remainder(hue - other, math.tau))


class Painted:
    """The images that had been put into the hidden folders."""

    def __init__(self, images: Sequence[Sequence[Any]]) -> None:
        self.files: dict[tuple[float, ...], str] = {
            tuple(colour): path for path, colour, *_ in images
        }
        self.stripes: dict[str, float] = {
            path.rpartition("/")[0]: rest[0] for path, _, _, _, *rest in images if rest
        }
        """Folder of a class in a split → the part of its images that stripes fill."""
        self.groups: dict[str, dict[str, Colour]] = {}
        """Folder of a class in a split → path → colour."""
        for path, colour, *_ in images:
            self.groups.setdefault(path.rpartition("/")[0], {})[path] = colour
        self.classes = len({group.partition("/")[2] for group in self.groups})

    def of(self, split: str) -> dict[str, Colour]:
        """Path → colour."""
        groups = (files for group, files in self.groups.items() if group.startswith(f"{split}/"))
        return {path: colour for files in groups for path, colour in files.items()}

    @cached_property
    def hues(self) -> dict[str, float]:
        """Of each group, the middle one."""
        middles = {}
        for group, files in self.groups.items():
            hues = [_hue(colour) for colour in files.values()]
            middles[group] = math.atan2(sum(map(math.sin, hues)), sum(map(math.cos, hues)))
        return middles


class Delivered:
    """What one part of the data function's answer holds, decoded."""

    def __init__(self, part: dict[str, Any], painted: Painted, split: str) -> None:
        self.split = split
        self.batches = [size for size in listed(part, "batches") if type(size) is int]
        self.shapes = _shapes(part, "shapes")
        self.batched = part.get("batched") is True
        self.ended = part.get("ended") is True
        self.labelled = part.get("labelled") is True
        self.unfitted = part.get("unfitted") is True
        self.label_shapes = _shapes(part, "label_shapes")
        self._painted = painted
        there = listed(part, "images")
        leans = listed(part, "leans") if len(listed(part, "leans")) == len(there) else []
        leans = [lean for entry, lean in zip(there, leans, strict=False) if _is_image(entry)]
        images = [entry for entry in there if _is_image(entry)]
        self.count = len(images)
        self.classes = painted.classes
        self.labels = [_label(label, self.classes) for _, _, label in images]
        read = (read_label(label, self.classes) for _, _, label in images)
        self.forms = {hot for kind, hot in read if kind is not None}
        """Whether labels come as zeros and a one."""
        self.expected = set(painted.of(split))
        """Paths of all images that had been put into the folder of this split."""
        colours = [
            colour * CHANNELS if len(colour) == GREY else colour[:CHANNELS]
            for colour, _, _ in images
        ]
        self._colours = colours
        self.span, self.files, self._pixels = _at_one_scale(colours, painted, split)
        """What the values span; for each image the path of the painted one that it is, or "": where
        each was changed by itself, of any one of its class and split."""
        self.exact = 2 * sum(map(bool, self.files)) > self.count
        """Whether the span is sure: most images are recognised by it."""
        if not all(self.files):
            known = sum(map(bool, self.files))
            enough = max(NEARLY_ALL * self.count, known + 1)
            by_hue = _by_hue(colours, [spread for _, spread, _ in images], painted)
            if sum(map(bool, by_hue)) >= enough:
                self.files, self.exact = by_hue, False
                self.span = _about(colours, painted)
            elif sum(map(bool, by_stripes := _by_stripes(leans, painted))) >= enough:
                self.files, self.exact = by_stripes, False
                self.span = _about_grey(colours, leans, painted.of(split))
            elif known < HARDLY_ANY * self.count:
                self.files = [""] * self.count

    def scaled_like(self, other: "Delivered") -> bool:
        """Whether the scale of the other part leads these values to nearly the same pixels, and the
        other way round; for parts whose scale is sure."""
        some = [*self._colours[:FEW], *other._colours[:FEW]]
        pairs = chain.from_iterable(
            zip(self._pixels(at), other._pixels(at), strict=True) for at in some
        )
        return statistics.median(abs(mine - theirs) for mine, theirs in pairs) <= ALIKE


def _at_one_scale(
    colours: Sequence[Colour], painted: Painted, split: str
) -> tuple[str, list[str], Pixels]:
    """What the values span, the file that each image is, and the way back to its pixels.

    The span is told by the smallest and the largest value. Where hardly any image is recognised by
    that, a scale is looked for that leads the values, or those of each channel, to the painted
    ones, as they are or as a negative, in the order red, green, blue or the other way round.
    """

    def files(pixels: Pixels, images: Iterable[Colour]) -> list[str]:
        led = map(pixels, images)
        return [known.get(tuple(map(round, at))) or known.get(colour_at(at), "") for at in led]

    known = painted.files
    span, usual = _usual_scale(colours)
    if not colours:
        return span, [], usual
    # of a few it is seen whether it is the usual one
    if any(files(usual, colours[:: len(colours) // FEW + 1])):
        seen = files(usual, colours)
        if sum(map(bool, seen)) >= NEARLY_ALL * len(seen):
            return span, seen, usual
    else:
        seen = [""] * len(colours)
    meant: list[list[Colour]] = [list(painted.of(split).values()), list(painted.files)]
    best = span, seen, usual
    for of, apart, sign, order in product(meant, (False, True), (1, -1), (1, -1)):
        turned = [[sign * value for value in image[::order]] for image in colours]
        name, pixels = _led(turned, of, apart=apart)
        led = files(pixels, turned)
        if 2 * sum(map(bool, led)) > len(led) and sum(map(bool, led)) > sum(map(bool, best[1])):
            best = name, led, partial(_turned_to, pixels, sign, order)
        if all(best[1]):
            break
    return best


def _by_hue(colours: Sequence[Colour], spreads: Sequence[Any], painted: Painted) -> list[str]:
    """For each image of one colour a file of the class and split that is nearest in hue."""
    groups = []
    for colour, spread in zip(colours, spreads, strict=True):
        reach = max(colour) - min(colour)
        flat = reach > NOISE * max(map(abs, colour)) and spread <= FLAT * reach
        _, group = min((_between(_hue(colour), at), name) for name, at in painted.hues.items())
        groups.append(group if flat else "")
    return _files_of(groups, painted)


def _by_stripes(leans: Sequence[Any], painted: Painted) -> list[str]:
    """For each image a file of the class and split whose stripes fill about as much."""

    def group(lean: Any) -> str:
        if type(lean) not in (int, float) or not 0 < abs(lean) < math.inf:
            return ""
        far = {
            name: abs(math.log(abs(lean) / math.sqrt(abs(share) / (1 - abs(share)))))
            for name, share in painted.stripes.items()
            if share * lean > 0
        }
        nearest = min(far, key=lambda name: far[name], default="")
        return nearest if nearest and far[nearest] <= math.log(LEANING) else ""

    return _files_of([group(lean) for lean in leans], painted)


def _files_of(groups: Sequence[str], painted: Painted) -> list[str]:
    """For each image any file of its class and split; no file twice, but where more images came
    than there are. "" for one of none."""
    again = cycle if len(groups) > len(painted.files) else iter
    left = {group: again(files) for group, files in painted.groups.items()}
    return [next(left[group], "") if group else "" for group in groups]


def _about(colours: Sequence[Colour], painted: Painted) -> str:
    """What the values span where each image was changed by itself: the nearest usual scale."""
    if all(abs(sum(colour)) <= NOISE * sum(map(abs, colour)) for colour in colours):
        return EACH
    reach, meant = (
        statistics.median(max(colour) - min(colour) for colour in some)
        for some in (colours, painted.files)
    )
    factors = {PIXELS: 1.0, SIGNED: 1 / 127.5, SMALL: 1 / 255, TWICE: 1 / 65025}
    far = {span: abs(math.log(reach / meant / factor)) for span, factor in factors.items()}
    nearest = min(far, key=lambda span: far[span])
    return nearest if far[nearest] <= math.log(2) / 2 else ANOTHER


def _about_grey(
    colours: Sequence[Colour], leans: Sequence[float], painted: dict[str, Colour]
) -> str:
    """The same where images have lost their colours."""
    if all(
        abs(value + lean) < NOISE
        for colour, lean in zip(colours, leans, strict=True)
        for value in colour
    ):
        return EACH  # the mean of each is 0, its deviation 1
    seen = statistics.fmean(map(statistics.fmean, colours))
    meant = statistics.fmean(map(statistics.fmean, painted.values()))
    pixels = {PIXELS: seen, SIGNED: (seen + 1) * 127.5, SMALL: seen * 255, TWICE: seen * 65025}
    return min(pixels, key=lambda span: abs(pixels[span] - meant))


def delivered_part(evidence: Evidence, functions: Sequence[str], split: str) -> Delivered:
    """One split, decoded. Raises MissingEvidence, in words for the student."""
    key = (Delivered, *functions, split)
    if key not in evidence.decoded:
        part = _part(evidence, functions, split)
        if Painted not in evidence.decoded:
            evidence.decoded[Painted] = Painted(evidence.asked["data"]["images"])
        evidence.decoded[key] = Delivered(part, evidence.decoded[Painted], split)
    decoded: Delivered = evidence.decoded[key]
    return decoded


def _part(evidence: Evidence, functions: Sequence[str], split: str) -> dict[str, Any]:
    hidden = hidden_answer(evidence, functions)
    there = listed(hidden, "parts")
    part = dict(zip(SPLITS, there, strict=False)).get(split)
    if part is None:
        raise _missing(evidence, functions, split, hidden, len(there))
    if not isinstance(part, dict) or not listed(part, "images"):
        why = f"The {WORDS[split]} data delivered no images"
        raise MissingEvidence(f"{why}.", no_data(split, why))
    return part


def _missing(
    evidence: Evidence, functions: Sequence[str], split: str, hidden: dict[str, Any], count: int
) -> MissingEvidence:
    if flat := left_without(evidence, functions, WORDS[split]):
        return flat
    kind = str(hidden.get("returned", "nothing"))[:80]
    number = f" of {count}" if count else ""
    lacking = f" without data for {WORDS[split]}" if count == len(SPLITS) else ""
    title = f"The data function returned no data for {WORDS[split]}"
    return MissingEvidence(
        f"The data function returned a {kind}{number}{lacking}; expected two data sets, "
        "the one for training first.",
        no_data(split, title) if lacking else no_data("all", "The data function returned no pair"),
    )


def delivered(evidence: Evidence, functions: Sequence[str]) -> list[Delivered]:
    """Both parts, or the one that is there. MissingEvidence where there is neither."""
    return those_there(lambda split: delivered_part(evidence, functions, split), SPLITS)


def _shapes(part: dict[str, Any], key: str) -> list[list[int]]:
    return [
        shape
        for shape in listed(part, key)[:MAX_SHAPES]
        if isinstance(shape, list)
        and len(shape) <= MAX_RANK
        and all(type(side) is int for side in shape)
    ]


def _is_image(entry: Any) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == ENTRY
        and isinstance(entry[0], list)
        and len(entry[0]) in (GREY, CHANNELS, CHANNELS + 1)
        and type(entry[1]) in (int, float)
        and all(
            type(value) in (int, float) and -BRIGHTEST <= value <= BRIGHTEST for value in entry[0]
        )
    )


def _usual_scale(colours: Sequence[Colour]) -> tuple[str, Pixels]:
    low, high = min(map(min, colours), default=0), max(map(max, colours), default=255)
    if low < -NOISE:
        return SIGNED, lambda image: [(value + 1) * 127.5 for value in image]
    for span, times in ((TWICE, 65025), (SMALL, 255)):
        if high * times <= 255 * (1 + NOISE):
            return span, lambda image, times=times: [value * times for value in image]
    return PIXELS, list


def _turned_to(pixels: Pixels, sign: int, order: int, image: Colour) -> list[float]:
    return pixels([sign * value for value in image[::order]])


def _led(colours: Sequence[Colour], meant: Sequence[Colour], *, apart: bool) -> tuple[str, Pixels]:
    """Smallest and largest of the values led to those of the colours; apart: of each channel."""
    seen, levels = (list(zip(*rows, strict=True)) for rows in (colours, meant))
    if not apart:
        seen, levels = ([sum(columns, ())] * CHANNELS for columns in (seen, levels))
    lines = []
    for values, wanted in zip(seen, levels, strict=True):
        reach = max(values) - min(values)
        times = (max(wanted) - min(wanted)) / reach if reach > 0 else 0.0
        lines.append((times, min(wanted) - times * min(values)))
    times, plus = lines[0]
    factor = not apart and times > 1 and abs(plus) < 1
    return f"1/{times:.4g}" if factor else ANOTHER, lambda image: [
        value * times + plus for value, (times, plus) in zip(image, lines, strict=True)
    ]


def colour_at(pixels: Sequence[float]) -> tuple[int, ...]:
    """The colour of the grid that these values are; () where they are none."""
    colour = tuple([OFFSET + STEP * round((value - OFFSET) / STEP) for value in pixels])
    for level, value in zip(colour, pixels, strict=True):
        if not abs(level - value) <= NEAR:
            return ()
    return colour


def _label(label: Any, classes: int) -> int | None:
    """The class; zeros and a one only of more than two classes; None for anything else."""
    kind, one_hot = read_label(label, classes)
    return None if one_hot and classes == TWO else kind
