"""The training curve: one small chart for accuracy and one for loss, epoch by epoch."""

import math
from functools import lru_cache

from grader.report.pictures.svg import circle, element, figure, group, number, rect, text

WIDTH, HEIGHT = 380.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 86.0, 22.0, 30.0
FEW = 12
"""Up to so many epochs each one gets a dot."""
MAX_EPOCHS = 1000
LABEL_GAP = 13.0


@lru_cache(maxsize=128)
def chart(
    training: tuple[float, ...],
    validation: tuple[float, ...],
    *,
    what: str,
    top: float | None = 1.0,
) -> str:
    """Two lines over the epochs, or "" when there is nothing to draw.

    `top` is the upper end of the vertical axis; None takes a round number above the values.
    """
    lines = [
        (name, [value for value in values[:MAX_EPOCHS] if math.isfinite(value)])
        for name, values in (("training", training), ("validation", validation))
    ]
    drawn = [(name, values) for name, values in lines if values]
    if not drawn:
        return ""
    epochs = max(len(values) for _, values in drawn)
    upper = top or _round_up(max(max(values) for _, values in drawn))
    # Half of the axis would be empty for two classes; its figures say where it starts.
    lower = top / 2 if top and min(min(values) for _, values in drawn) >= top / 2 else 0.0
    paths = [
        (name, [(_x(at, epochs), _y(value, lower, upper)) for at, value in enumerate(values)])
        for name, values in drawn
    ]
    return figure(
        _axes((lower, upper), epochs, what, percent=top is not None),
        *[_series(name, points) for name, points in paths],
        _labels(paths),
        width=WIDTH,
        height=HEIGHT,
        title=f"{what} over {epochs} {'epoch' if epochs == 1 else 'epochs'}",
        described="; ".join(
            f"{name} from {values[0]:.3f} to {values[-1]:.3f}" for name, values in drawn
        ),
        class_="chart",
    )


def _x(at: int, epochs: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at / (epochs - 1) if epochs > 1 else 0.5)


def _y(value: float, lower: float, upper: float) -> float:
    share = min(max((value - lower) / (upper - lower), 0.0), 1.0)
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 × a power of ten; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-9))


def _axes(ends: tuple[float, float], epochs: int, what: str, *, percent: bool) -> str:
    lower, upper = ends
    parts = [text(LEFT - 36, 12, what, class_="axis")]
    for quarter in (0, 2, 4):
        value = lower + (upper - lower) * quarter / 4
        y = _y(value, lower, upper)
        words = f"{100 * value:.3g}%" if percent else f"{value:.3g}"
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(text(LEFT - 6, y + 4, words, class_="tick", text_anchor="end"))
    step = max(1, math.ceil(epochs / 6))
    for at in range(0, epochs, step):
        parts.append(
            text(_x(at, epochs), HEIGHT - 12, str(at + 1), class_="tick", text_anchor="middle")
        )
    parts.append(text(WIDTH - RIGHT + 10, HEIGHT - 12, "epoch", class_="tick"))
    return group(*parts)


def _series(name: str, points: list[tuple[float, float]]) -> str:
    dots = points if len(points) <= FEW else points[-1:]
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return group(
        element("polyline", points=corners, class_="line") if len(points) > 1 else "",
        *[_dot(name, x, y) for x, y in dots],
        class_=f"series-{name}",
    )


def _dot(name: str, x: float, y: float) -> str:
    """Round for training, square for validation: told apart without colour."""
    if name == "training":
        return circle("point", x, y, 3)
    return rect("point", x - 3, y - 3, 6, 6)


def _labels(paths: list[tuple[str, list[tuple[float, float]]]]) -> str:
    """The names at the ends of the lines, moved apart where they would meet."""
    ends = sorted((points[-1][1], points[-1][0], name) for name, points in paths)
    parts, last = [], -math.inf
    room = HEIGHT - BOTTOM - LABEL_GAP * (len(ends) - 1)
    for index, (y, x, name) in enumerate(ends):
        at = max(min(y, room + LABEL_GAP * index), last + LABEL_GAP)
        last = at
        parts.append(text(x + 9, at + 4, name, class_=f"label label-{name}"))
    return group(*parts)
