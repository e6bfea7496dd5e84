"""The two classes of the stand-in data: a cat and a dog, as portraits and sitting.

Fur, patterns, poses and sizes come from the same choices for both: ears, muzzle, eyes, build and
tail tell the kind, as they do in photographs.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pen import Colour, Pen, Point, any_colour, apart, shade, step, vary

FURS: tuple[Colour, ...] = (
    (40, 37, 38), (96, 90, 90), (158, 154, 152), (236, 230, 222), (206, 128, 62), (126, 82, 50),
    (82, 56, 40), (222, 192, 148), (176, 136, 92), (62, 52, 50),
)  # fmt: skip
BLACK: Colour = (24, 21, 22)
PINK: Colour = (222, 150, 150)
CAT_EYES: tuple[Colour, ...] = ((132, 176, 72), (222, 184, 60), (96, 152, 200), (206, 130, 44))
DOG_EYES: tuple[Colour, ...] = ((58, 36, 24), (92, 58, 32), (38, 28, 26), (120, 84, 46))
POSES = ("portrait", "portrait", "portrait", "sitting")
PATTERNS = ("plain", "plain", "stripes", "patches", "mask")
COLLAR_SHARE = 0.3


@dataclass(frozen=True)
class Coat:
    """The colours of one animal."""

    main: Colour
    light: Colour
    """Of muzzle, chest and paws."""
    dark: Colour
    """Of stripes, patches and ears."""
    pattern: str


def coat_of(pen: Pen, random: Random) -> Coat:
    """A coat that can be told from the backdrop."""
    main = vary(random, apart(random, FURS, pen.sheet.behind))
    light = random.choice((shade(main, 1.25), vary(random, (238, 232, 224), 10), main))
    dark = random.choice((shade(main, 0.62), vary(random, (52, 44, 42), 12)))
    return Coat(main, light, dark, random.choice(PATTERNS))


def _markings(
    pen: Pen, random: Random, coat: Coat, centre: Point, across: float, along: float
) -> None:
    """Stripes or patches on a round part of the body."""
    x, y = centre
    if coat.pattern == "stripes":
        for part in (-0.6, -0.2, 0.2, 0.6):
            top = (x + part * across, y - along * 0.85)
            pen.limb([top, step(top, 90 + random.uniform(-12, 12), along * 0.75)],
                     [across * 0.12, across * 0.05], coat.dark)  # fmt: skip
    elif coat.pattern == "patches":
        for _ in range(2):
            spot = (x + random.uniform(-0.5, 0.5) * across, y + random.uniform(-0.6, 0.3) * along)
            pen.ellipse(spot, across * random.uniform(0.2, 0.4), along * 0.32, coat.dark)


def _collar(pen: Pen, random: Random, at: Point, width: float) -> None:
    if random.random() < COLLAR_SHARE:
        colour = any_colour(random)
        left, right = (at[0] - width, at[1]), (at[0] + width, at[1])
        pen.limb([left, (at[0], at[1] + width * 0.3), right], [width * 0.22] * 3, colour)
        pen.ellipse((at[0], at[1] + width * 0.5), width * 0.16, width * 0.16, (226, 196, 80))


# ---------------------------------------------------------------- cat


def draw_cat(pen: Pen, random: Random) -> None:
    """Pointed ears, a short muzzle, large light eyes, whiskers; a long tail on a slender body."""
    coat = coat_of(pen, random)
    pose = random.choice(POSES)
    if pose == "portrait":
        pen.ellipse((0, 0.5), random.uniform(0.26, 0.34), 0.26, coat.main)
        pen.ellipse((0, 0.5), 0.13, 0.2, coat.light)
        _collar(pen, random, (0, 0.3), 0.2)
        _cat_face(pen, random, coat, (random.uniform(-0.04, 0.04), 0.02), 0.36)
    else:
        _cat_sitting(pen, random, coat)


def _cat_face(pen: Pen, random: Random, coat: Coat, at: Point, size: float) -> None:
    x, y = at
    spread = random.uniform(0.66, 0.8)
    for side in (-1, 1):
        tip = (x + side * size * spread, y - size * random.uniform(1.3, 1.5))
        foot = [(x + side * size * 0.95, y - size * 0.3), (x + side * size * 0.15, y - size * 0.8)]
        pen.polygon([*foot, tip], coat.dark if coat.pattern == "mask" else coat.main)
        inner = [((px * 2 + tip[0]) / 3, (py * 2 + tip[1]) / 3 + size * 0.06) for px, py in foot]
        pen.polygon([*inner, ((tip[0] * 4 + x) / 5, tip[1] + size * 0.2)], PINK)
    pen.ellipse(at, size, size * 0.86, coat.main)
    _markings(pen, random, coat, (x, y - size * 0.2), size * 0.6, size * 0.6)
    if coat.pattern == "mask":
        pen.ellipse((x, y + size * 0.2), size * 0.5, size * 0.5, coat.dark)
    iris = random.choice(CAT_EYES)
    for side in (-1, 1):
        eye = (x + side * size * 0.4, y - size * 0.08)
        pen.ellipse(eye, size * 0.21, size * 0.16, BLACK, turn=side * 12)
        pen.ellipse(eye, size * 0.18, size * 0.14, iris, turn=side * 12)
        pen.ellipse(eye, size * random.uniform(0.04, 0.09), size * 0.13, BLACK)
        pen.ellipse((x + side * size * 0.15, y + size * 0.38), size * 0.19, size * 0.15, coat.light)
    pen.polygon([(x - size * 0.11, y + size * 0.18), (x + size * 0.11, y + size * 0.18),
                 (x, y + size * 0.31)], random.choice((PINK, (150, 84, 84), BLACK)))  # fmt: skip
    hair = (240, 238, 234) if sum(coat.main) < 380 else (70, 64, 62)
    for side in (-1, 1):
        for tilt in (-14, 0, 14):
            start = (x + side * size * 0.22, y + size * 0.36)
            end = step(start, (0 if side > 0 else 180) + tilt, size * 0.95)
            pen.limb([start, end], [size * 0.03, size * 0.015], hair)


def _cat_sitting(pen: Pen, random: Random, coat: Coat) -> None:
    bend = random.uniform(-0.08, 0.1)
    pen.limb([(0.14, 0.42), (0.33, 0.44), (0.38, 0.26 + bend), (0.31, 0.08 + bend)],
             [0.07, 0.065, 0.06, 0.05], shade(coat.main, 0.85))  # fmt: skip
    pen.ellipse((0, 0.27), 0.2, 0.22, coat.main)
    pen.ellipse((0, 0.06), 0.13, 0.22, coat.main)
    _markings(pen, random, coat, (0, 0.22), 0.16, 0.18)
    pen.ellipse((0, 0.04), 0.07, 0.15, coat.light)
    for side in (-1, 1):
        pen.ellipse((side * 0.14, 0.41), 0.09, 0.07, shade(coat.main, 0.9))
        pen.limb([(side * 0.055, 0.1), (side * 0.055, 0.45)], [0.08, 0.065], coat.main)
        pen.ellipse((side * 0.055, 0.46), 0.05, 0.03, coat.light)
    _collar(pen, random, (0, 0.03), 0.11)
    _cat_face(pen, random, coat, (random.uniform(-0.04, 0.04), -0.16), 0.25)


# ---------------------------------------------------------------- dog


def draw_dog(pen: Pen, random: Random) -> None:
    """A long muzzle with a large nose, dark eyes, hanging ears; sturdy, the tail short."""
    coat = coat_of(pen, random)
    pose = random.choice(POSES)
    if pose == "portrait":
        pen.ellipse((0, 0.52), random.uniform(0.28, 0.38), 0.28, coat.main)
        pen.ellipse((0, 0.54), 0.14, 0.2, coat.light)
        _collar(pen, random, (0, 0.33), 0.22)
        _dog_face(pen, random, coat, (random.uniform(-0.04, 0.04), 0.0), 0.34)
    else:
        _dog_sitting(pen, random, coat)


def _dog_face(pen: Pen, random: Random, coat: Coat, at: Point, size: float) -> None:
    x, y = at
    ear = coat.dark if coat.pattern != "plain" else shade(coat.main, 0.75)
    pen.ellipse(at, size * 0.84, size * 0.92, coat.main)
    _markings(pen, random, coat, (x, y - size * 0.25), size * 0.5, size * 0.5)
    drop, out = random.uniform(0.45, 0.75), random.uniform(6, 26)
    for side in (-1, 1):
        centre = (x + side * size * 0.85, y - size * 0.45 + size * drop)
        pen.ellipse(centre, size * 0.25, size * drop, ear, turn=-side * out)
    if coat.pattern == "mask":
        pen.ellipse((x, y + size * 0.4), size * 0.5, size * 0.55, coat.dark)
    for side in (-1, 1):
        eye = (x + side * size * 0.34, y - size * 0.16)
        pen.ellipse(eye, size * 0.12, size * 0.12, (232, 228, 222))
        pen.ellipse(eye, size * 0.105, size * 0.11, random.choice(DOG_EYES))
        pen.ellipse(eye, size * 0.055, size * 0.06, BLACK)
    _muzzle(pen, random, coat.light, at, size)


def _muzzle(pen: Pen, random: Random, light: Colour, at: Point, size: float) -> None:
    """With nose and mouth, and a tongue now and then."""
    x, y = at
    length = random.uniform(0.36, 0.5)
    pen.ellipse((x, y + size * 0.5), size * 0.42, size * length, light)
    nose, mouth = (x, y + size * (0.62 - length * 0.65)), (x, y + size * 0.66)
    if random.random() < 0.45:
        pen.ellipse((x + size * 0.04, y + size * 0.9), size * 0.13, size * 0.26, (222, 110, 124))
    pen.limb([nose, mouth], [size * 0.03, size * 0.03], shade(light, 0.45))
    pen.ellipse(nose, size * 0.19, size * 0.13, BLACK)
    for side in (-1, 1):
        corner = (x + side * size * 0.26, y + size * 0.72)
        pen.limb([mouth, corner], [size * 0.035, size * 0.02], shade(light, 0.45))


def _dog_sitting(pen: Pen, random: Random, coat: Coat) -> None:
    wag = random.uniform(-70, -10)
    root = (0.17, 0.38)
    pen.limb([root, step(root, wag, 0.2)], [0.08, 0.035], shade(coat.main, 0.85))
    for side in (-1, 1):
        pen.ellipse((side * 0.16, 0.34), 0.1, 0.14, shade(coat.main, 0.88))
    pen.ellipse((0, 0.16), 0.2, 0.28, coat.main)
    _markings(pen, random, coat, (0, 0.16), 0.16, 0.2)
    pen.ellipse((0, 0.08), 0.1, 0.18, coat.light)
    for side in (-1, 1):
        pen.limb([(side * 0.1, 0.08), (side * 0.09, 0.45)], [0.12, 0.085], coat.main)
        pen.ellipse((side * 0.09, 0.46), 0.065, 0.035, coat.light)
    _collar(pen, random, (0, 0.03), 0.13)
    head = (random.uniform(-0.04, 0.04), -0.17)
    _dog_face(pen, random, coat, head, 0.25)
