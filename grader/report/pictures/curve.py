"""The training curve: where its lines, axes and names stand; `curve.html.j2` draws it."""

import math
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from grader.report.templates import environment

WIDTH, HEIGHT = 380.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 86.0, 22.0, 30.0
MAX_EPOCHS = 1000
LABEL_GAP = 13.0
Points = list[tuple[float, float]]


@lru_cache(maxsize=128)
def chart(
    training: tuple[float, ...],
    validation: tuple[float, ...],
    *,
    what: str,
    top: float | None = 1.0,
) -> Markup:
    """Two lines over the epochs, or "" when there is nothing to draw.

    `top` is the upper end of the vertical axis; None takes a round number above the values.
    """
    named = {"training": training[:MAX_EPOCHS], "validation": validation[:MAX_EPOCHS]}
    finite = {name: list(filter(math.isfinite, values)) for name, values in named.items()}
    drawn = {name: values for name, values in finite.items() if values}
    if not drawn:
        return Markup()
    epochs = max(map(len, drawn.values()))
    upper = top or _round_up(max(map(max, drawn.values())))
    # Half of the axis would be empty for two classes; its figures say where it starts.
    lower = top / 2 if top and min(map(min, drawn.values())) >= top / 2 else 0.0
    heights = [lower + (upper - lower) * share for share in (0, 0.5, 1)]
    grid = [
        (_y(value, lower, upper), f"{100 * value:.3g}%" if top is not None else f"{value:.3g}")
        for value in heights
    ]
    lines = {
        name: [(_x(at, epochs), _y(value, lower, upper)) for at, value in enumerate(values)]
        for name, values in drawn.items()
    }
    template: Any = environment("html").get_template("curve.html.j2")
    made = template.module.chart(
        what=what,
        title=f"{what} over {epochs} {'epoch' if epochs == 1 else 'epochs'}",
        described="; ".join(f"{n} from {v[0]:.3f} to {v[-1]:.3f}" for n, v in drawn.items()),
        grid=grid,
        ticks=[(_x(at, epochs), at + 1) for at in range(0, epochs, max(1, math.ceil(epochs / 6)))],
        lines=lines,
        names=_names(lines),
    )
    return Markup(made)  # noqa: S704 - every value safe


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


def _names(lines: dict[str, Points]) -> list[tuple[float, float, str]]:
    """(x, y, name) at the ends of the lines, moved apart where they would meet."""
    ends = sorted((points[-1][1], points[-1][0], name) for name, points in lines.items())
    names, last = [], -math.inf
    room = HEIGHT - BOTTOM - LABEL_GAP * (len(ends) - 1)
    for index, (y, x, name) in enumerate(ends):
        last = max(min(y, room + LABEL_GAP * index), last + LABEL_GAP)
        names.append((x + 9, last + 4, name))
    return names
