"""The model's picture: its boxes from top to bottom, where they stand and where the edges run;
`model.html.j2` draws it.

Unused blocks that follow one another become one row; a model with very many blocks loses its
middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

from markupsafe import Markup

from grader.records import Block, Diagram
from grader.report.harmless import clean
from grader.report.templates import environment

MAX_ROWS = 40
LAST_ROWS = 12
STATES = {"frozen": "frozen", "trainable": "trainable", "mixed": "partly frozen", "none": ""}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One box of the picture."""

    title: str
    detail: str
    state: str
    """A key of STATES."""
    part: str
    blocks: tuple[str, ...]
    dropout: bool = False
    used: bool = True
    notes: tuple[int, ...] = ()
    """Numbers of the differences it is part of, in the list beside the picture."""

    @property
    def word(self) -> str:
        """What stands at its right end."""
        return STATES[self.state] if self.used else "not used"


@dataclass(frozen=True, kw_only=True)
class Edge:
    """From one row to a later one. `lane` 0 runs straight down, others round the side."""

    start: int
    end: int
    lane: int = 0


def shape_words(shape: tuple[int | None, ...]) -> str:
    """An output shape without its batch axis: "7×7×768"; "" when it is not known."""
    return "×".join("?" if size is None else str(size) for size in shape[1:][:6])


def count_words(count: int) -> str:
    """A number of parameters: "0", "769", "38.5 M"."""
    if count < 0 or count >= 10**15:
        return "very many"
    if count >= 10**6:
        return f"{count / 10**6:,.1f} M"
    return f"{count:,}"


def rows(diagram: Diagram, notes: Mapping[str, tuple[int, ...]]) -> tuple[Row, ...]:
    """The boxes in order; `notes` are the numbers of the differences by layer id."""
    merged: list[Row] = []
    for block in diagram.blocks:
        row = _row(block, notes)
        if merged and not row.used and not merged[-1].used and merged[-1].part == row.part:
            merged[-1] = _joined(merged[-1], row)
        else:
            merged.append(row)
    if len(merged) <= MAX_ROWS:
        return tuple(merged)
    first = MAX_ROWS - LAST_ROWS - 1
    hidden = merged[first:-LAST_ROWS]
    gap = Row(
        title=f"{len(hidden)} more not drawn",
        detail="",
        state="none",
        part=hidden[0].part,
        blocks=tuple(block for row in hidden for block in row.blocks),
        notes=_numbers(hidden),
    )
    return (*merged[:first], gap, *merged[-LAST_ROWS:])


def _numbers(some: list[Row]) -> tuple[int, ...]:
    return tuple(sorted({number for row in some for number in row.notes}))


def _row(block: Block, notes: Mapping[str, tuple[int, ...]]) -> Row:
    numbers = {number for layer in (block.id, *block.layers) for number in notes.get(layer, ())}
    shape = shape_words(block.output_shape)
    weights = f"{count_words(block.parameters)} parameters" if block.parameters else ""
    # Students choose the names of their layers: the class is what tells them apart.
    kind = block.kind if block.part != "base" and block.kind != "InputLayer" else ""
    facts = (kind, block.detail or shape, weights if block.part == "head" else "")
    return Row(
        title=block.title,
        detail=" · ".join(fact for fact in facts if fact),
        state=block.state,
        part=block.part,
        blocks=(block.id,),
        dropout=block.kind.endswith("Dropout"),
        used=block.used,
        notes=tuple(sorted(numbers)),
    )


def _joined(above: Row, row: Row) -> Row:
    return replace(
        above,
        title=f"{above.title.split(' – ')[0]} – {row.title}",
        detail="",
        blocks=above.blocks + row.blocks,
        notes=_numbers([above, row]),
    )


def edges(diagram: Diagram, drawn: tuple[Row, ...]) -> tuple[Edge, ...]:
    """Every connection between rows once, those that skip rows in lanes that do not overlap."""
    number = {block: index for index, row in enumerate(drawn) for block in row.blocks}
    pairs = sorted(
        {
            (number[source], number[block.id])
            for block in diagram.blocks
            for source in block.inputs
            if source in number and number[source] < number[block.id]
        }
    )
    ends: list[int] = []  # for each lane, the row where its last edge ends
    connections = []
    for start, end in pairs:
        if end == start + 1:
            connections.append(Edge(start=start, end=end))
            continue
        lane = next((at for at, free in enumerate(ends) if free <= start), len(ends))
        ends[lane:] = [end] if lane == len(ends) else [end, *ends[lane + 1 :]]
        connections.append(Edge(start=start, end=end, lane=lane + 1))
    return tuple(connections)


RIGHT = 336.0
"""End of a box."""
LANE = 12.0
MAX_LANES = 3
TALL = {"input": 30.0, "base": 24.0, "head": 44.0}
GAP = {"input": 18.0, "base": 7.0, "head": 18.0}
PAD = 12.0


@lru_cache(maxsize=128)
def model(drawn: tuple[Row, ...], edges: tuple[Edge, ...], *, described: str) -> Markup:
    """The whole picture, 380 wide, or "" for a model without a box."""
    if not drawn:
        return Markup()
    tops = _tops(drawn)
    boxes = [(row, top, TALL[row.part]) for row, top in zip(drawn, tops, strict=True)]
    grounds = [
        (own[0][1] - 20, own[-1][1] + TALL["base"] + 8)
        for part, run in groupby(boxes, lambda box: box[0].part)
        for own in [list(run)]
        if part == "base"
    ]
    lines = [_line(edge, boxes) for edge in edges]
    height = tops[-1] + TALL[drawn[-1].part] + PAD
    template: Any = environment("html").get_template("model.html.j2")
    return Markup(template.module.model(boxes, grounds, lines, height, described))  # noqa: S704


def told(drawn: tuple[Row, ...]) -> tuple[str, ...]:
    """The same picture as sentences, one a box."""
    sentences = []
    for row in drawn:
        notes = f"see note {' and '.join(map(str, row.notes))}" if row.notes else ""
        facts = (clean(row.title, limit=60), clean(row.detail, limit=90), row.word, notes)
        sentences.append(", ".join(fact for fact in facts if fact))
    return tuple(sentences)


def _tops(drawn: tuple[Row, ...]) -> list[float]:
    tops = [PAD]
    for before, row in pairwise(drawn):
        # room for the edge of the ground and its title
        ground = before.part != row.part and "base" in {before.part, row.part}
        tops.append(tops[-1] + TALL[before.part] + GAP[before.part] + 16.0 * ground)
    return tops


def _line(edge: Edge, boxes: list[tuple[Row, float, float]]) -> tuple[float, float, float, bool]:
    """(from, to, the side that it goes round by or 0 for straight down, whether it is used)."""
    (_, start, start_tall), (end, top, tall) = boxes[edge.start], boxes[edge.end]
    if edge.lane == 0:
        return start + start_tall, top, 0.0, end.used
    side = RIGHT + 8 + LANE * min(edge.lane, MAX_LANES)
    return start + start_tall / 2, top + tall / 2, side, end.used
