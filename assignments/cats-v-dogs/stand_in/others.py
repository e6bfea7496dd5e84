"""Faces and an animal that are neither cat nor dog: more of what the weights are trained on.

A network learns what it is asked for. Ears, muzzles, eyes and beaks that differ from kind to kind
make it look at faces, without one cat or dog among them.
"""

from __future__ import annotations

from random import Random

from pen import Colour, Pen, Point, any_colour, shade

BLACK: Colour = (24, 21, 22)


def _head(pen: Pen, random: Random, across: float, along: float) -> tuple[Colour, Point]:
    """Shoulders and a head of any colour; the colour, and where the head is."""
    fur = any_colour(random)
    at = (random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.05))
    pen.ellipse((0, 0.52), random.uniform(0.2, 0.36), 0.26, shade(fur, 0.9))
    pen.ellipse(at, across, along, fur)
    return fur, at


def _eyes(pen: Pen, random: Random, at: Point, apart: float, size: float) -> None:
    colour = any_colour(random)
    for side in (-1, 1):
        eye = (at[0] + side * apart, at[1] - 0.06)
        pen.ellipse(eye, size, size, random.choice(((240, 238, 232), colour)))
        pen.ellipse(eye, size * 0.6, size * 0.6, BLACK)


def draw_rabbit(pen: Pen, random: Random) -> None:
    """Two long ears, a small nose, two front teeth."""
    lean, inner = random.uniform(0, 0.12), any_colour(random)
    colour = any_colour(random)
    for side in (-1, 1):
        pen.ellipse((side * (0.12 + lean), -0.36), 0.07, 0.24, colour, turn=side * lean * 200)
        pen.ellipse((side * (0.12 + lean), -0.34), 0.035, 0.18, inner, turn=side * lean * 200)
    fur, (x, y) = _head(pen, random, 0.24, 0.25)
    _eyes(pen, random, (x, y), 0.13, 0.045)
    for side in (-1, 1):
        pen.ellipse((x + side * 0.06, y + 0.11), 0.07, 0.055, shade(fur, 1.3))
    pen.ellipse((x, y + 0.06), 0.03, 0.02, (214, 130, 140))
    pen.box(x - 0.03, y + 0.14, x + 0.03, y + 0.2, (246, 246, 240))


def draw_bear(pen: Pen, random: Random) -> None:
    """Two small round ears far apart, a round head, a broad muzzle."""
    rim = any_colour(random)
    for side in (-1, 1):
        pen.ellipse((side * 0.25, -0.27), 0.11, 0.11, shade(rim, 0.7))
        pen.ellipse((side * 0.25, -0.26), 0.06, 0.06, rim)
    fur, (x, y) = _head(pen, random, 0.35, 0.33)
    _eyes(pen, random, (x, y), 0.14, 0.03)
    pen.ellipse((x, y + 0.14), 0.17, 0.14, shade(fur, 1.35))
    pen.ellipse((x, y + 0.08), 0.06, 0.04, BLACK)
    pen.limb([(x, y + 0.08), (x, y + 0.2)], [0.015, 0.015], BLACK)


def draw_pig(pen: Pen, random: Random) -> None:
    """A round snout with two holes, ears that are folded forward."""
    fur, (x, y) = _head(pen, random, 0.34, 0.31)
    for side in (-1, 1):
        pen.polygon([(x + side * 0.34, y - 0.32), (x + side * 0.1, y - 0.28),
                     (x + side * 0.26, y - 0.08)], shade(fur, 0.8))  # fmt: skip
    _eyes(pen, random, (x, y), 0.14, 0.035)
    pen.ellipse((x, y + 0.1), 0.15, 0.11, shade(fur, 0.85))
    for side in (-1, 1):
        pen.ellipse((x + side * 0.055, y + 0.1), 0.025, 0.04, shade(fur, 0.4))


def draw_owl(pen: Pen, random: Random) -> None:
    """Rings of eyes, a beak, tufts that stand out to the sides, scales on the chest."""
    fur, (x, y) = _head(pen, random, 0.3, 0.28)
    ring = any_colour(random)
    for side in (-1, 1):
        pen.polygon([(x + side * 0.3, y - 0.08), (x + side * 0.12, y - 0.25),
                     (x + side * 0.36, y - 0.32)], shade(fur, 0.75))  # fmt: skip
        pen.ellipse((x + side * 0.13, y - 0.04), 0.14, 0.14, shade(ring, 1.2))
    _eyes(pen, random, (x, y + 0.02), 0.13, 0.08)
    pen.polygon([(x - 0.04, y + 0.04), (x + 0.04, y + 0.04), (x, y + 0.16)], (232, 164, 50))
    for row in range(2):
        for place in (-0.1, 0.0, 0.1):
            pen.ellipse((place, 0.42 + row * 0.1), 0.05, 0.04, shade(fur, 1.3 - row * 0.5))


def draw_sheep(pen: Pen, random: Random) -> None:
    """A cloud of wool on four thin legs, a dark narrow head."""
    wool, skin = shade(any_colour(random), 1.4), shade(any_colour(random), 0.5)
    for hip in (-0.24, -0.14, 0.14, 0.24):
        pen.limb([(hip, 0.1), (hip + random.uniform(-0.06, 0.06), 0.42)], [0.06, 0.045], skin)
    for place in (-0.28, -0.14, 0.0, 0.14, 0.28):
        for row in (-0.08, 0.08):
            centre = (place + random.uniform(-0.03, 0.03), row)
            pen.ellipse(centre, 0.14, 0.13, shade(wool, random.uniform(0.88, 1.05)))
    x, y = 0.42, random.uniform(-0.16, 0.06)
    pen.ellipse((x, y), 0.09, 0.14, skin, turn=random.uniform(-50, -20))
    pen.ellipse((x - 0.09, y - 0.02), 0.09, 0.03, skin, turn=random.uniform(0, 30))
    pen.ellipse((x + 0.02, y - 0.03), 0.018, 0.018, (240, 240, 236))
