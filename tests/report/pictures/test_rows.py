"""What the model's picture shows, before it is drawn: rows, lanes, words."""

from __future__ import annotations

import itertools

from hypothesis import given, settings, strategies as st
from reading_pictures import chain, draw, parsed
from samples_report import diagram

from grader.report.pictures import (
    model as picture_model,
)


def test_the_cut_goes_round_what_is_not_used() -> None:
    """The way from mixed7 to the head skips a row, so it runs in a lane of its own."""
    shown = diagram()
    rows = picture_model.rows(shown, {})
    place = {row.title: at for at, row in enumerate(rows)}
    skipping = [edge for edge in picture_model.edges(shown, rows) if edge.lane]
    assert [(edge.start, edge.end) for edge in skipping] == [(place["mixed7"], place["flatten"])]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
@settings(deadline=None, max_examples=30)
def test_lanes_never_share_a_stretch(pairs: list[tuple[int, int]]) -> None:
    """Two edges that pass the same row on the side are in different lanes."""
    shown = chain(12)
    inputs: dict[int, set[str]] = {at: set() for at in range(12)}
    for start, end in pairs:
        inputs[end].add(f"n{start}")
    blocks = [
        block.model_copy(update={"inputs": tuple(sorted(inputs[at]))})
        for at, block in enumerate(shown.blocks)
    ]
    shown = shown.model_copy(update={"blocks": tuple(blocks)})
    edges = picture_model.edges(shown, picture_model.rows(shown, {}))
    wanted = {(start, end) for start, end in pairs if start < end}
    assert {(edge.start, edge.end) for edge in edges} == wanted
    for one, other in itertools.combinations([edge for edge in edges if edge.lane], 2):
        apart = one.end <= other.start or other.end <= one.start
        assert apart or one.lane != other.lane


def test_a_huge_model_loses_its_middle() -> None:
    """At most MAX_ROWS boxes are drawn, and it is said how many are not."""
    rows = picture_model.rows(chain(500), {"n250": (4,)})
    assert len(rows) == picture_model.MAX_ROWS
    gap = next(row for row in rows if "not drawn" in row.title)
    assert gap.title == "461 more not drawn"
    assert gap.notes == (4,)
    assert rows[-1].title == "n499"
    parsed(draw(chain(500)))


def test_shapes_and_counts_in_words() -> None:
    """The batch axis is left out, unknown sizes are said, huge counts do not run away."""
    assert picture_model.shape_words((None, 7, 7, 768)) == "7×7×768"
    assert picture_model.shape_words((None, None, 3)) == "?×3"
    assert picture_model.shape_words(()) == ""
    assert picture_model.count_words(769) == "769"
    assert picture_model.count_words(38_537_217) == "38.5 M"
    assert picture_model.count_words(10**30) == "very many"
