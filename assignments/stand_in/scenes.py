"""Scenes: a backdrop, something in it, a figure, and now and then something in front of it.

What is behind and in front comes from the same choices for every class, so that only the figure
tells the class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pen import Colour, Pen, Sheet, any_colour, shade, vary
from PIL import Image

Figure = Callable[[Pen, Random], None]

SKIES: tuple[Colour, ...] = (
    (150, 196, 236), (206, 222, 236), (244, 210, 170), (120, 130, 150), (60, 70, 110),
)  # fmt: skip
GROUNDS: tuple[Colour, ...] = (
    (96, 140, 70), (150, 150, 90), (190, 170, 130), (120, 100, 76), (226, 230, 236), (90, 96, 100),
)  # fmt: skip


@dataclass(frozen=True)
class Framing:
    """How a figure may stand in the image, in shares of its side and degrees."""

    scales: tuple[float, float]
    across: float = 0.14
    """Farthest from the middle to either side ..."""
    down: float = 0.09
    """... and up or down."""
    turn: float = 10.0


def paint(size: int, random: Random, figure: Figure, framing: Framing) -> Image.Image:
    """One scene with the figure, RGB, `size` pixels wide and high."""
    sheet = Sheet(size)
    _backdrop(sheet, random)
    at = (
        0.5 + random.uniform(-framing.across, framing.across),
        0.51 + random.uniform(-framing.down, framing.down),
    )
    turn = random.uniform(-framing.turn, framing.turn)
    pen = sheet.pen(at, random.uniform(*framing.scales), turn, random.random() < 0.5)
    figure(pen, random)
    if random.random() < 0.15:
        _foreground(sheet, random)
    return sheet.finished()


def _gradient(sheet: Sheet, top: Colour, bottom: Colour) -> None:
    ramp = Image.linear_gradient("L").resize(sheet.image.size)
    flat = [Image.new("RGB", sheet.image.size, colour) for colour in (bottom, top)]
    sheet.image.paste(Image.composite(flat[0], flat[1], ramp))


def _backdrop(sheet: Sheet, random: Random) -> None:
    if random.random() < 0.3:  # a plain or shaded wall, as in a studio
        colour = random.choice((any_colour(random), (238, 238, 236), (250, 250, 250)))
        _gradient(sheet, colour, shade(colour, random.uniform(0.6, 1.2)))
        sheet.behind = (colour,)
        return
    sky = vary(random, random.choice(SKIES))
    ground = vary(random, random.choice(GROUNDS))
    sheet.behind = (sky, ground)
    _gradient(sheet, sky, shade(sky, random.uniform(0.8, 1.15)))
    pen = sheet.pen((0.0, 0.0))
    horizon = random.uniform(0.42, 0.8)
    for _ in range(random.randint(0, 3)):
        _far_thing(pen, random, horizon)
    pen.box(0, horizon, 1, 1, ground)
    for _ in range(random.randint(0, 3)):
        _patch(pen, random, ground, horizon)


def _far_thing(pen: Pen, random: Random, horizon: float) -> None:
    x, size = random.uniform(0, 1), random.uniform(0.08, 0.3)
    kind = random.choice(("hill", "tree", "house", "cloud", "sun"))
    if kind == "hill":
        pen.ellipse((x, horizon), size * 1.6, size, vary(random, (110, 130, 110), 30))
    elif kind == "tree":
        pen.box(x - size / 12, horizon - size, x + size / 12, horizon, (96, 70, 50))
        pen.ellipse((x, horizon - size), size / 2.4, size / 1.8, vary(random, (70, 110, 60), 30))
    elif kind == "house":
        wall = any_colour(random)
        pen.box(x - size / 2, horizon - size * 0.7, x + size / 2, horizon, wall)
        pen.polygon([(x - size * 0.6, horizon - size * 0.7), (x, horizon - size * 1.1),
                     (x + size * 0.6, horizon - size * 0.7)], shade(wall, 0.6))  # fmt: skip
    elif kind == "cloud":
        for part in (-0.4, 0.0, 0.4):
            pen.ellipse((x + part * size, horizon * 0.3), size / 2, size / 4, (244, 244, 248))
    else:
        pen.ellipse((x, horizon * 0.35), size / 3, size / 3, (250, 232, 150))


def _patch(pen: Pen, random: Random, ground: Colour, horizon: float) -> None:
    centre = (random.uniform(0, 1), random.uniform(horizon + 0.05, 1.0))
    pen.ellipse(centre, random.uniform(0.05, 0.3), random.uniform(0.01, 0.04),
                shade(ground, random.choice((0.85, 1.12))))  # fmt: skip


def _foreground(sheet: Sheet, random: Random) -> None:
    """Something that hides a part of the figure: rails, a post, a bush or a box at an edge."""
    pen = sheet.pen((0.0, 0.0))
    kind = random.choice(("rails", "post", "bush", "box"))
    colour = vary(random, random.choice(((120, 90, 60), (230, 228, 220), (80, 80, 86))))
    if kind == "rails":
        for y in (0.68, 0.82):
            pen.box(0, y, 1, y + 0.03, colour)
        for part in range(5):
            pen.box(part / 4 - 0.02, 0.62, part / 4 + 0.02, 0.95, shade(colour, 0.85))
    elif kind == "post":
        x = random.uniform(0.15, 0.85)
        pen.box(x, 0, x + random.uniform(0.02, 0.05), 1, colour)
    elif kind == "bush":
        x = random.uniform(0, 1)
        for _ in range(5):
            centre = (x + random.uniform(-0.12, 0.12), 0.95 + random.uniform(-0.1, 0.04))
            pen.ellipse(centre, 0.1, 0.09, vary(random, (64, 104, 54), 22))
    else:
        x = random.choice((0.0, random.uniform(0.6, 0.8)))
        pen.box(x, random.uniform(0.6, 0.8), x + random.uniform(0.15, 0.3), 1, any_colour(random))
