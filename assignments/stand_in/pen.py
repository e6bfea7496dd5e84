"""A pen that draws antialiased shapes in the unit coordinates of a figure.

Every shape is a polygon, so that a figure can be turned, mirrored and scaled as a whole. The sheet
is drawn at twice the wanted size and reduced at the end: flat colours with soft edges, which PNG
compresses well (no per-pixel noise).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

OVERSAMPLING = 2
CLEAR = 110
"""Least distance of two colours that are told apart at a glance: the sum over red, green, blue."""


def shade(colour: Colour, factor: float) -> Colour:
    """The colour made darker (factor < 1) or lighter (> 1)."""
    red, green, blue = (max(0, min(255, round(value * factor))) for value in colour)
    return red, green, blue


def vary(random: Random, colour: Colour, spread: int = 18) -> Colour:
    """A colour near this one."""
    red, green, blue = (
        max(0, min(255, value + random.randint(-spread, spread))) for value in colour
    )
    return red, green, blue


def any_colour(random: Random) -> Colour:
    """Any colour, muted or strong."""
    return random.randrange(20, 245), random.randrange(20, 245), random.randrange(20, 245)


def apart(random: Random, colours: Sequence[Colour], behind: Sequence[Colour]) -> Colour:
    """One of the colours that can be told from what is behind, else the one farthest from it."""

    def distance(colour: Colour) -> int:
        differences = ([abs(a - b) for a, b in zip(colour, other, strict=True)] for other in behind)
        return min((sum(each) for each in differences), default=CLEAR)

    clear = [colour for colour in colours if distance(colour) >= CLEAR]
    return random.choice(clear) if clear else max(colours, key=distance)


def step(start: Point, angle: float, length: float) -> Point:
    """The point `length` away from `start`; angle in degrees, 0 is right and 90 is down."""
    turn = math.radians(angle)
    return start[0] + length * math.cos(turn), start[1] + length * math.sin(turn)


@dataclass
class Sheet:
    """The canvas of one image, `size` pixels wide and high when finished."""

    size: int

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.size * OVERSAMPLING,) * 2)
        self.draw = ImageDraw.Draw(self.image)
        self.behind: tuple[Colour, ...] = ()
        """The main colours of the backdrop."""

    def finished(self) -> Image.Image:
        """The image at its own size."""
        return self.image.reduce(OVERSAMPLING)

    def pen(
        self, at: Point = (0.5, 0.5), scale: float = 1.0, turn: float = 0.0, mirrored: bool = False
    ) -> Pen:
        """A pen whose origin is `at` and whose unit is `scale`, both in shares of the sheet."""
        return Pen(self, at, scale, turn, mirrored)


@dataclass
class Pen:
    """Draws on a sheet in the figure's coordinates: x to the right, y down, turned by degrees."""

    sheet: Sheet
    at: Point
    scale: float
    turn: float
    mirrored: bool

    def place(self, point: Point) -> Point:
        """Pixels of a figure's point."""
        side = self.sheet.size * OVERSAMPLING
        cos, sin = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        x, y = point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos
        x = -x if self.mirrored else x
        return (self.at[0] + x * self.scale) * side, (self.at[1] + y * self.scale) * side

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon."""
        self.sheet.draw.polygon([self.place(point) for point in points], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def ellipse(
        self, centre: Point, across: float, along: float, colour: Colour, turn: float = 0.0
    ) -> None:
        """A filled ellipse with these half axes."""
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        points = []
        for part in range(28):
            angle = 2 * math.pi * part / 28
            x, y = across * math.cos(angle), along * math.sin(angle)
            points.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
        self.polygon(points, colour)

    def limb(self, points: Sequence[Point], widths: Sequence[float], colour: Colour) -> None:
        """A tapered band through the points with round joints; `widths` are full widths."""
        for place, (start, end) in enumerate(pairwise(points)):
            self._segment(start, end, widths[place] / 2, widths[place + 1] / 2, colour)
        for point, width in zip(points, widths, strict=True):
            self.ellipse(point, width / 2, width / 2, colour)

    def _segment(self, start: Point, end: Point, first: float, last: float, colour: Colour) -> None:
        length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1e-9
        x, y = -(end[1] - start[1]) / length, (end[0] - start[0]) / length
        self.polygon(
            [
                (start[0] + x * first, start[1] + y * first),
                (end[0] + x * last, end[1] + y * last),
                (end[0] - x * last, end[1] - y * last),
                (start[0] - x * first, start[1] - y * first),
            ],
            colour,
        )
