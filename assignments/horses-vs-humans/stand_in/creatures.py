"""Creatures on four legs and upright figures that are neither horse nor human.

Their bodies, limbs and colours vary as much as those of the two classes of the assignment do.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pen import Colour, Pen, any_colour, shade, step

DARK: Colour = (28, 26, 26)


@dataclass(frozen=True)
class Beast:
    """The build of a four-legged creature, in shares of its length."""

    body: float
    """Half height of the body."""
    legs: float
    """Length and ..."""
    thick: float
    """... width of a leg."""
    neck: float
    lift: tuple[float, float]
    """Angles of the neck, degrees."""
    head: tuple[float, float]
    """Half length and half height of the head."""
    tail: tuple[float, float]
    """Length and angle of the tail."""


DOG = Beast(0.13, 0.26, 0.08, 0.12, (-60, -20), (0.15, 0.1), (0.28, 235))
COW = Beast(0.22, 0.28, 0.1, 0.12, (-25, 15), (0.17, 0.11), (0.34, 100))
ELEPHANT = Beast(0.28, 0.28, 0.17, 0.06, (-20, 0), (0.18, 0.18), (0.2, 115))
GIRAFFE = Beast(0.15, 0.4, 0.07, 0.42, (-80, -55), (0.12, 0.06), (0.24, 100))


def _legs(pen: Pen, random: Random, build: Beast, colour: Colour) -> None:
    for x in (-0.28, 0.26):
        start = (x + random.uniform(-0.04, 0.06), build.body * 0.4)
        knee = step(start, 90 + random.uniform(-28, 28), build.legs * 0.55)
        foot = step(knee, 90 + random.uniform(-22, 22), build.legs * 0.55)
        pen.limb([start, knee, foot], [build.thick * 1.3, build.thick, build.thick * 0.9], colour)


def _beast(pen: Pen, random: Random, build: Beast) -> tuple[float, float]:
    """Draws it all but ears and the like; the middle of its head."""
    fur = any_colour(random)
    _legs(pen, random, build, shade(fur, 0.7))
    root = (-0.36, -build.body * 0.4)
    length, angle = build.tail
    pen.limb([root, step(root, angle + random.uniform(-25, 25), length)], [0.06, 0.03], fur)
    pen.ellipse((0, 0), 0.42, build.body, fur)
    pen.ellipse((0.02, -build.body * 0.45), 0.34, build.body * 0.4, shade(fur, 1.15))
    _legs(pen, random, build, fur)
    shoulder = (0.33, -build.body * 0.4)
    head = step(shoulder, random.uniform(*build.lift), build.neck + build.head[0] * 0.7)
    pen.limb([shoulder, head], [build.body, build.head[1] * 1.3], fur)
    pen.ellipse(head, *build.head, shade(fur, 0.92), turn=random.uniform(0, 40))
    pen.ellipse((head[0] + 0.04, head[1] - 0.03), 0.018, 0.018, DARK)
    return head


def draw_dog(pen: Pen, random: Random) -> None:
    """Light build, hanging ears, tail up."""
    x, y = _beast(pen, random, DOG)
    pen.ellipse((x - 0.06, y + 0.02), 0.04, 0.1, shade(any_colour(random), 0.6))
    pen.ellipse((x + 0.15, y + 0.04), 0.025, 0.025, DARK)


def draw_cow(pen: Pen, random: Random) -> None:
    """Heavy build, horns, patches."""
    patch = any_colour(random)
    x, y = _beast(pen, random, COW)
    for _ in range(3):
        pen.ellipse((random.uniform(-0.26, 0.22), random.uniform(-0.1, 0.08)), 0.08, 0.06, patch)
    for side in (-0.06, 0.04):
        pen.limb(
            [(x + side, y - 0.07), (x + side * 2.5, y - 0.22)], [0.045, 0.012], (226, 220, 200)
        )


def draw_elephant(pen: Pen, random: Random) -> None:
    """Round, thick legs, a trunk and a large ear."""
    x, y = _beast(pen, random, ELEPHANT)
    skin = any_colour(random)
    tip = step((x + 0.2, y + 0.2), random.uniform(20, 130), 0.18)
    pen.limb([(x + 0.12, y), (x + 0.2, y + 0.2), tip], [0.14, 0.09, 0.05], skin)
    pen.ellipse((x - 0.08, y), 0.11, 0.16, shade(skin, 0.8))


def draw_giraffe(pen: Pen, random: Random) -> None:
    """High on its legs, a long neck, spots."""
    spot = any_colour(random)
    x, y = _beast(pen, random, GIRAFFE)
    for _ in range(9):
        pen.ellipse((random.uniform(-0.3, 0.3), random.uniform(-0.09, 0.09)), 0.04, 0.035, spot)
    for side in (-0.03, 0.03):
        pen.limb([(x + side, y), (x + side, y - 0.13)], [0.02, 0.03], DARK)


def draw_robot(pen: Pen, random: Random) -> None:
    """Boxes: a square head with an antenna, a square trunk, straight limbs."""
    metal = any_colour(random)
    for side in (-1, 1):
        angle = 90 - side * random.uniform(0, 80)
        hand = step((0.2 * side, -0.14), angle, 0.3)
        pen.limb([(0.17 * side, -0.14), hand], [0.08, 0.08], shade(metal, 0.75))
        pen.box(0.1 * side - 0.05, 0.16, 0.1 * side + 0.05, 0.44, shade(metal, 0.65))
        pen.box(0.1 * side - 0.08, 0.4, 0.1 * side + 0.08, 0.47, DARK)
    pen.box(-0.17, -0.2, 0.17, 0.18, metal)
    pen.box(-0.1, -0.12, 0.1, 0.02, any_colour(random))
    pen.box(-0.12, -0.44, 0.12, -0.22, shade(metal, 1.2))
    pen.limb([(0, -0.44), (0, -0.54)], [0.02, 0.04], DARK)
    for side in (-1, 1):
        pen.box(0.05 * side - 0.03, -0.37, 0.05 * side + 0.03, -0.32, (250, 220, 90))


def draw_snowman(pen: Pen, random: Random) -> None:
    """Three balls, sticks for arms, a hat now and then."""
    snow = shade(any_colour(random), 1.6)
    for y, radius in ((0.3, 0.22), (0.0, 0.17), (-0.25, 0.12)):
        pen.ellipse((0, y), radius, radius * 0.92, shade(snow, 1.0 + y / 4))
    for side in (-1, 1):
        hand = step((0.15 * side, -0.03), 90 - side * random.uniform(60, 140), 0.24)
        pen.limb([(0.12 * side, -0.03), hand], [0.03, 0.02], (90, 66, 46))
        pen.ellipse((0.045 * side, -0.29), 0.016, 0.016, DARK)
    pen.polygon([(0, -0.26), (0.14, -0.23), (0, -0.22)], (236, 130, 40))
    if random.random() < 0.6:
        pen.box(-0.1, -0.52, 0.1, -0.35, shade(any_colour(random), 0.6))


def draw_penguin(pen: Pen, random: Random) -> None:
    """An upright oval with a light belly, flippers, a beak."""
    back = shade(any_colour(random), 0.7)
    for side in (-1, 1):
        tip = step((0.16 * side, -0.1), 90 - side * random.uniform(10, 80), 0.3)
        pen.limb([(0.16 * side, -0.12), tip], [0.1, 0.04], back)
        pen.ellipse((0.09 * side, 0.45), 0.09, 0.035, (236, 160, 50))
    pen.ellipse((0, 0.1), 0.21, 0.34, back)
    pen.ellipse((0, 0.14), 0.14, 0.27, (240, 238, 230))
    pen.ellipse((0, -0.3), 0.13, 0.13, shade(back, 0.85))
    pen.polygon([(0.08, -0.34), (0.26, -0.28), (0.08, -0.26)], (236, 160, 50))
    pen.ellipse((0.05, -0.34), 0.018, 0.018, (240, 240, 240))


def draw_scarecrow(pen: Pen, random: Random) -> None:
    """A pole with a cross-bar, a coat, a sack for a head and a wide hat."""
    coat, straw = any_colour(random), (220, 190, 100)
    pen.limb([(0, 0.48), (0, -0.2)], [0.05, 0.05], (110, 80, 50))
    tilt = random.uniform(-8, 8)
    left, right = step((0, -0.14), 180 + tilt, 0.4), step((0, -0.14), tilt, 0.4)
    pen.limb([left, right], [0.03, 0.03], (110, 80, 50))
    pen.limb([step((0, -0.14), 180 + tilt, 0.3), step((0, -0.14), tilt, 0.3)], [0.11, 0.11], coat)
    for hand in (left, right):
        pen.ellipse(hand, 0.05, 0.03, straw)
    pen.polygon([(-0.13, -0.2), (0.13, -0.2), (0.2, 0.24), (-0.2, 0.24)], coat)
    pen.ellipse((0, -0.3), 0.1, 0.11, shade(straw, random.uniform(0.7, 1.1)))
    pen.ellipse((0, -0.38), 0.2, 0.03, shade(coat, 0.6))
    pen.polygon([(-0.1, -0.38), (0.1, -0.38), (0.02, -0.56)], shade(coat, 0.6))
