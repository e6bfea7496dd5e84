"""Eight animals that are no class of an assignment: what the stand-in weights are trained on.

A network learns what it is asked for. These come in portraits and sitting, and differ from each
other in ears, snout and tail, so telling them apart needs eyes for such things. Four of them carry
their ears upright, four let them hang.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pen import Colour, Pen, Point, any_colour, shade, step

BLACK: Colour = (24, 21, 22)
POSES = ("portrait", "portrait", "portrait", "sitting")
Part = Callable[[Pen, Random, Point, float, Colour], None]
"""Draws ears or a snout at the middle of a head of that size, in the animal's colour."""


@dataclass(frozen=True)
class Kind:
    """What makes one animal."""

    ears: Part
    snout: Part
    head: tuple[float, float]
    """Width and height of the head, in shares of its size."""
    eyes: tuple[float, float]
    """How far from the middle, and how large."""
    tail: tuple[float, float]
    """Length and width."""

    def __call__(self, pen: Pen, random: Random) -> None:
        """Draws it in one of the poses."""
        fur = any_colour(random)
        pose = random.choice(POSES)
        sway = random.uniform(-0.04, 0.04)
        if pose == "portrait":
            pen.ellipse((0, 0.5), random.uniform(0.26, 0.38), 0.27, shade(fur, 0.9))
            self._face(pen, random, (sway, 0.02), 0.35, fur)
        else:
            self._sitting(pen, random, fur)
            self._face(pen, random, (sway, -0.16), 0.26, fur)

    def _face(self, pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
        self.ears(pen, random, at, size, fur)
        pen.ellipse(at, size * self.head[0], size * self.head[1], fur)
        apart, large = self.eyes
        iris = any_colour(random)
        for side in (-1, 1):
            eye = (at[0] + side * size * apart, at[1] - size * 0.12)
            pen.ellipse(eye, size * large, size * large, random.choice(((238, 236, 230), iris)))
            pen.ellipse(eye, size * large * 0.6, size * large * 0.6, BLACK)
        self.snout(pen, random, at, size, fur)

    def _sitting(self, pen: Pen, random: Random, fur: Colour) -> None:
        length, width = self.tail
        root = (0.15, 0.4)
        middle = step(root, random.uniform(-30, 20), length * 0.5)
        pen.limb([root, middle, step(middle, random.uniform(-100, -40), length * 0.5)],
                 [width, width, width * 0.6], shade(fur, 0.8))  # fmt: skip
        pen.ellipse((0, 0.22), random.uniform(0.17, 0.23), 0.26, fur)
        pen.ellipse((0, 0.1), 0.09, 0.16, shade(fur, 1.3))
        for side in (-1, 1):
            pen.limb([(side * 0.08, 0.08), (side * 0.08, 0.46)], [0.1, 0.07], shade(fur, 0.92))


# ---------------------------------------------------------------- ears


def _round_ears(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    for side in (-1, 1):
        ear = (at[0] + side * size * 0.68, at[1] - size * 0.72)
        pen.ellipse(ear, size * 0.3, size * 0.3, shade(fur, 0.75))
        pen.ellipse(ear, size * 0.17, size * 0.17, shade(fur, 1.25))


def _large_ears(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    inner = any_colour(random)
    for side in (-1, 1):
        ear = (at[0] + side * size * 0.85, at[1] - size * 0.75)
        pen.ellipse(ear, size * 0.52, size * 0.52, shade(fur, 0.85))
        pen.ellipse(ear, size * 0.36, size * 0.36, inner)


def _long_ears(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    inner, lean = any_colour(random), random.uniform(4, 22)
    for side in (-1, 1):
        ear = (at[0] + side * size * (0.3 + lean / 60), at[1] - size * 1.2)
        pen.ellipse(ear, size * 0.2, size * 0.65, fur, turn=side * lean)
        pen.ellipse(ear, size * 0.1, size * 0.48, inner, turn=side * lean)


def _tufts(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    for side in (-1, 1):
        tip = (x + side * size * random.uniform(0.95, 1.15), y - size * 1.25)
        pen.polygon([(x + side * size * 0.9, y - size * 0.2),
                     (x + side * size * 0.25, y - size * 0.75), tip], shade(fur, 0.7))  # fmt: skip


def _side_ears(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    tilt = random.uniform(8, 30)
    for side in (-1, 1):
        ear = (at[0] + side * size * 0.95, at[1] - size * 0.2)
        pen.ellipse(ear, size * 0.45, size * 0.17, shade(fur, 0.8), turn=side * tilt)


def _horns(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    _side_ears(pen, random, at, size, fur)
    for side in (-1, 1):
        foot = (at[0] + side * size * 0.4, at[1] - size * 0.7)
        bend = step(foot, -90 + side * 50, size * 0.4)
        pen.limb([foot, bend, step(bend, -90, size * 0.35)],
                 [size * 0.2, size * 0.14, size * 0.05], (226, 218, 196))  # fmt: skip


def _lop_ears(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    out = random.uniform(4, 24)
    for side in (-1, 1):
        ear = (at[0] + side * size * 0.88, at[1] + size * 0.25)
        pen.ellipse(ear, size * 0.22, size * 0.75, shade(fur, 0.72), turn=-side * out)


def _flaps(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    for side in (-1, 1):
        ear = (at[0] + side * size * 0.95, at[1] + size * 0.1)
        pen.ellipse(ear, size * 0.55, size * 0.75, shade(fur, 0.78))


# ---------------------------------------------------------------- snouts


def _broad(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.ellipse((x, y + size * 0.42), size * 0.42, size * 0.34, shade(fur, 1.35))
    pen.ellipse((x, y + size * 0.3), size * 0.17, size * 0.12, BLACK)
    pen.limb([(x, y + size * 0.3), (x, y + size * 0.6)], [size * 0.04] * 2, BLACK)


def _whiskers(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.ellipse((x, y + size * 0.4), size * 0.2, size * 0.2, shade(fur, 1.2))
    pen.ellipse((x, y + size * 0.32), size * 0.09, size * 0.07, any_colour(random))
    for side in (-1, 1):
        for tilt in (-16, 0, 16):
            start = (x + side * size * 0.18, y + size * 0.4)
            end = step(start, (0 if side > 0 else 180) + tilt, size * 0.85)
            pen.limb([start, end], [size * 0.03, size * 0.015], (232, 230, 226))


def _beak(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.polygon([(x - size * 0.15, y + size * 0.1), (x + size * 0.15, y + size * 0.1),
                 (x, y + size * 0.5)], (232, 164, 50))  # fmt: skip


def _teeth(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    for side in (-1, 1):
        pen.ellipse((x + side * size * 0.18, y + size * 0.4), size * 0.22, size * 0.17,
                    shade(fur, 1.3))  # fmt: skip
    pen.ellipse((x, y + size * 0.24), size * 0.1, size * 0.07, (214, 130, 140))
    pen.box(x - size * 0.1, y + size * 0.5, x + size * 0.1, y + size * 0.7, (246, 246, 240))


def _wide(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.ellipse(
        (x, y + size * 0.6),
        size * 0.5,
        size * 0.34,
        random.choice(((226, 170, 160), shade(fur, 1.3))),
    )
    for side in (-1, 1):
        pen.ellipse((x + side * size * 0.2, y + size * 0.55), size * 0.08, size * 0.11, BLACK)


def _narrow(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.ellipse((x, y + size * 0.45), size * 0.3, size * 0.55, shade(fur, 0.45))
    pen.ellipse((x, y + size * 0.85), size * 0.12, size * 0.07, (200, 150, 150))


def _trunk(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    start = (at[0], at[1] + size * 0.2)
    middle = step(start, 90, size * 0.6)
    pen.limb([start, middle, step(middle, 90 + random.uniform(-60, 60), size * 0.6)],
             [size * 0.4, size * 0.3, size * 0.2], shade(fur, 0.88))  # fmt: skip


def _beard(pen: Pen, random: Random, at: Point, size: float, fur: Colour) -> None:
    x, y = at
    pen.polygon([(x - size * 0.2, y + size * 0.7), (x + size * 0.2, y + size * 0.7),
                 (x, y + size * 1.35)], shade(fur, 1.3))  # fmt: skip
    pen.ellipse((x, y + size * 0.5), size * 0.33, size * 0.4, shade(fur, 1.2))
    pen.ellipse((x, y + size * 0.3), size * 0.13, size * 0.09, BLACK)


BEAR = Kind(_round_ears, _broad, (0.95, 0.9), (0.38, 0.1), (0.1, 0.09))
MOUSE = Kind(_large_ears, _whiskers, (0.8, 0.8), (0.3, 0.12), (0.5, 0.03))
OWL = Kind(_tufts, _beak, (0.95, 0.9), (0.38, 0.27), (0.2, 0.12))
RABBIT = Kind(_long_ears, _teeth, (0.8, 0.86), (0.42, 0.15), (0.12, 0.11))
COW = Kind(_horns, _wide, (0.7, 0.95), (0.42, 0.11), (0.4, 0.04))
ELEPHANT = Kind(_flaps, _trunk, (0.8, 0.85), (0.36, 0.08), (0.3, 0.03))
GOAT = Kind(_lop_ears, _beard, (0.68, 0.95), (0.36, 0.12), (0.15, 0.07))
SHEEP = Kind(_side_ears, _narrow, (0.85, 0.8), (0.5, 0.1), (0.16, 0.09))

GROUPS: tuple[dict[str, Kind], ...] = (
    {"bear": BEAR, "mouse": MOUSE, "owl": OWL, "rabbit": RABBIT},
    {"cow": COW, "elephant": ELEPHANT, "goat": GOAT, "sheep": SHEEP},
)
"""In two groups of equal size: ears that stand up, and ears that hang."""
SHAPES: dict[str, Kind] = {name: kind for group in GROUPS for name, kind in group.items()}
