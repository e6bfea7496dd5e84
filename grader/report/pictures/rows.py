"""What the model's picture shows, before it is drawn: rows from top to bottom, and the edges.

Unused blocks that follow one another become one row; a model with very many blocks loses its
middle. Nothing is drawn here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.records import Block, Diagram

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
