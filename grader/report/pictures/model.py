"""The picture of the model as built: a column of boxes, the pretrained network on its own ground.

State is told three times, by word, by sign and by colour; Dropout has a dotted edge; a box that
differs from what was asked has a thick edge and the number of its note.
"""

from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from grader.report.harmless import clean
from grader.report.pictures.rows import Edge, Row
from grader.report.pictures.svg import circle, element, figure, group, rect, text

WIDTH = 380.0
LEFT, BOX = 30.0, 306.0
LANE = 12.0
MAX_LANES = 3
TALL = {"input": 30.0, "base": 24.0, "head": 44.0}
GAP = {"input": 18.0, "base": 7.0, "head": 18.0}
PAD = 12.0


@lru_cache(maxsize=128)
def model(drawn: tuple[Row, ...], edges: tuple[Edge, ...], *, described: str) -> str:
    """The whole picture, 380 wide, or "" for a model without a box."""
    if not drawn:
        return ""
    tops = _tops(drawn)
    height = tops[-1] + TALL[drawn[-1].part] + PAD
    boxes = [_box(row, top) for row, top in zip(drawn, tops, strict=True)]
    return figure(
        _ground(drawn, tops),
        *[_edge(edge, drawn, tops) for edge in edges],
        *boxes,
        width=WIDTH,
        height=height,
        title="The model as you built it",
        described=described,
        class_="model",
    )


def told(drawn: tuple[Row, ...]) -> tuple[str, ...]:
    """The same picture as sentences, one a box."""
    return tuple(
        ", ".join(
            fact
            for fact in (
                clean(row.title, limit=60),
                clean(row.detail, limit=90),
                row.word,
                f"see note {' and '.join(map(str, row.notes))}" if row.notes else "",
            )
            if fact
        )
        for row in drawn
    )


def signs() -> dict[str, Markup]:
    """The signs of the picture for its legend, each 24 × 24 and hidden from screen readers."""
    drawn = {state: _sign(state, 12, 12) for state in ("frozen", "trainable", "unused")}
    drawn["dropout"] = group(rect("edge", 2, 4, 20, 16, rx=4), class_="box dropout")
    head = '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    return {state: Markup(f"{head}{sign}</svg>") for state, sign in drawn.items()}  # noqa: S704 - ours


def _tops(drawn: tuple[Row, ...]) -> list[float]:
    tops, at = [], PAD
    for index, row in enumerate(drawn):
        before = drawn[index - 1].part if index else ""
        if before and before != row.part and "base" in {before, row.part}:
            at += 16.0  # room for the edge of the ground and its title
        tops.append(at)
        at += TALL[row.part] + GAP[row.part]
    return tops


def _ground(drawn: tuple[Row, ...], tops: list[float]) -> str:
    """The ground under each run of boxes of the pretrained network."""
    parts = []
    for part, run in groupby(zip(drawn, tops, strict=True), lambda pair: pair[0].part):
        if part != "base":
            continue
        own = [top for _, top in run]
        top, foot = own[0] - 20, own[-1] + TALL["base"] + 8
        parts.append(rect("ground", LEFT - 8, top, BOX + 16, foot - top, rx=10))
        parts.append(text(LEFT, top + 14, "pretrained network", class_="ground-title"))
    return group(*parts)


def _box(row: Row, top: float) -> str:
    tall = TALL[row.part]
    classes = ["box", f"b-{row.state if row.used else 'unused'}"]
    classes += ["dropout"] if row.dropout else []
    classes += ["differs"] if row.notes else []
    edge = rect("edge", LEFT, top, BOX, tall, rx=6)
    return group(edge, *_words(row, top), _note(row, top), class_=" ".join(classes))


def _words(row: Row, top: float) -> list[str]:
    tall = TALL[row.part]
    right = LEFT + BOX - 10
    first = top + (18 if row.part == "head" else tall / 2 + 4)
    left = LEFT + 12
    parts = [_dots(left, first - 9)] if row.dropout else []
    parts.append(text(left + (22 if row.dropout else 0), first, row.title, limit=24, class_="name"))
    if row.part == "head":
        parts.append(text(left, top + 35, row.detail, limit=50, class_="fact"))
    else:
        parts.append(text(LEFT + 118, first, row.detail, limit=24, class_="fact"))
    if row.word:
        parts.append(text(right - 20, first, row.word, class_="state", text_anchor="end"))
        parts.append(_sign(row.state if row.used else "unused", right - 7, first - 4))
    return parts


def _sign(state: str, x: float, y: float) -> str:
    """A flake, a flame, half a flake and half a flame, a ring."""
    flake = element(
        "path",
        d=f"M{x:.1f} {y - 6:.1f}v12M{x - 5.2:.1f} {y - 3:.1f}l10.4 6"
        f"M{x - 5.2:.1f} {y + 3:.1f}l10.4 -6",
        class_="flake",
    )
    flame = element(
        "path",
        d=f"M{x:.1f} {y - 7:.1f}c1 3.5 4.5 4.5 4.5 8.5a4.5 4.5 0 0 1 -9 0c0 -2 1 -3 1.6 -4.2"
        "c.6 1 1 1.4 1.6 1.6c-.3 -2.4 .3 -4.4 1.3 -5.9z",
        class_="flame",
    )
    signs = {
        "frozen": flake,
        "trainable": flame,
        "mixed": circle("half", x, y, 5.5)
        + element("path", d=f"M{x:.1f} {y - 5.5:.1f}a5.5 5.5 0 0 1 0 11z", class_="half-full"),
        "unused": circle("empty", x, y, 4.5),
    }
    return signs.get(state, "")


def _dots(x: float, y: float) -> str:
    """Six units, two of them dropped: the sign of Dropout."""
    units = ("kept", "dropped", "kept", "kept", "kept", "dropped")
    dots = [
        circle(unit, x + 3 + 6 * (at % 3), y + 2 + 6 * (at // 3), 2.2)
        for at, unit in enumerate(units)
    ]
    return group(*dots, class_="dots")


def _note(row: Row, top: float) -> str:
    """The numbers of the notes, on the left edge of the box."""
    if not row.notes:
        return ""
    words = ",".join(map(str, row.notes[:3])) + ("…" if len(row.notes) > 3 else "")  # noqa: PLR2004
    wide = 20 + 7 * (len(words) - 1)
    middle = top + TALL[row.part] / 2
    x = LEFT - wide + 8
    return group(
        rect("badge", x, middle - 10, wide, 20, rx=10),
        text(x + wide / 2, middle + 4.5, words, class_="badge-words", text_anchor="middle"),
    )


def _edge(edge: Edge, drawn: tuple[Row, ...], tops: list[float]) -> str:
    start, end = drawn[edge.start], drawn[edge.end]
    foot = tops[edge.start] + TALL[start.part]
    class_ = "wire" if end.used else "wire faint"
    if edge.lane == 0:
        x, head = LEFT + BOX / 2, tops[edge.end]
        return element("path", d=f"M{x} {foot:.1f}V{head - 1:.1f}", class_=class_) + element(
            "path", d=f"M{x:.1f} {head:.1f}l-4 -5.5h8z", class_="tip"
        )
    x = LEFT + BOX
    side = x + 8 + LANE * min(edge.lane, MAX_LANES)
    y0 = tops[edge.start] + TALL[start.part] / 2
    y1 = tops[edge.end] + TALL[end.part] / 2
    path = f"M{x} {y0:.1f}H{side - 5:.1f}q5 0 5 5V{y1 - 5:.1f}q0 5 -5 5H{x + 1:.1f}"
    return element("path", d=path, class_=class_) + element(
        "path", d=f"M{x:.1f} {y1:.1f}l7 -4v8z", class_="tip"
    )
