"""Pictures: well formed, told in words as well, harmless whatever the student's names are."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st
from samples_more import HOSTILE
from samples_report import diagram

from grader.records import Block, Diagram
from grader.report.pictures import (
    curve as picture_curve,
    model as picture_model,
    rows as picture_rows,
    svg as picture,
)

SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "g", "rect", "circle", "path", "line", "polyline", "text"}


def parsed(svg: str) -> ET.Element:
    """The picture as a tree of known, passive elements; it has a role and a name."""
    tree = ET.fromstring(svg)  # noqa: S314 - our own text
    for node in tree.iter():
        assert node.tag.removeprefix(SVG) in HARMLESS
        assert not [name for name in node.attrib if name.startswith(("on", "style", "href"))]
    assert tree.get("role") == "img"
    assert tree.get("aria-label")
    return tree


def words(svg: str) -> str:
    return " | ".join(node.text or "" for node in parsed(svg).iter(f"{SVG}text"))


def draw(shown: Diagram, notes: dict[str, tuple[int, ...]] | None = None) -> str:
    rows = picture_rows.rows(shown, notes or {})
    return picture_model.model(rows, picture_rows.edges(shown, rows), described="d")


def chain(count: int, **given: object) -> Diagram:
    """`count` Dense layers in a row."""
    blocks = [
        Block.model_validate(
            {
                "id": f"n{at}", "title": f"n{at}", "part": "head", "kind": "Dense",
                "layers": (f"n{at}",), "state": "trainable",
                "inputs": (f"n{at - 1}",) if at else (), **given,
            }
        )
        for at in range(count)
    ]  # fmt: skip
    return Diagram(blocks=tuple(blocks), parameters=0, trainable_parameters=0)


def test_the_model_is_told_in_words() -> None:
    """Frozen, trainable and not used stand there as words, not as colours only."""
    shown = words(draw(diagram()))
    assert shown.count("frozen") == 9  # stem and mixed0 … mixed7
    assert shown.count("trainable") == 2
    assert "mixed8 – mixed10" in shown
    assert shown.count("not used") == 1
    assert "rate 0.2" in shown


def test_a_base_that_trains_looks_different() -> None:
    """The same model without freezing has no frozen box."""
    shown = words(draw(diagram(frozen=False)))
    assert "frozen" not in shown
    assert shown.count("trainable") == 11


def test_dropout_has_its_sign() -> None:
    """Dropout is drawn with a dotted edge and six units; without it there is neither."""
    assert 'class="dots"' in draw(diagram())
    assert 'class="dots"' not in draw(diagram(dropout=""))


def test_differences_carry_the_numbers_of_their_notes() -> None:
    """A box that a failed criterion is about gets the number; the others do not."""
    svg = draw(diagram(), {"mixed7": (1,), "dense": (1, 2)})
    badges = [
        node.text for node in parsed(svg).iter(f"{SVG}text") if node.get("class") == "badge-words"
    ]
    assert badges == ["1", "1,2"]
    assert svg.count("differs") == 2


def test_a_note_in_unused_boxes_is_not_lost() -> None:
    """Boxes that become one keep the notes of each."""
    rows = picture_rows.rows(diagram(), {"mixed10": (3,)})
    assert [row.title for row in rows if row.notes == (3,)] == ["mixed8 – mixed10"]


def test_the_cut_goes_round_what_is_not_used() -> None:
    """The way from mixed7 to the head skips a row, so it runs in a lane of its own."""
    shown = diagram()
    rows = picture_rows.rows(shown, {})
    place = {row.title: at for at, row in enumerate(rows)}
    skipping = [edge for edge in picture_rows.edges(shown, rows) if edge.lane]
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
    edges = picture_rows.edges(shown, picture_rows.rows(shown, {}))
    wanted = {(start, end) for start, end in pairs if start < end}
    assert {(edge.start, edge.end) for edge in edges} == wanted
    for one, other in itertools.combinations([edge for edge in edges if edge.lane], 2):
        apart = one.end <= other.start or other.end <= one.start
        assert apart or one.lane != other.lane


def test_a_huge_model_loses_its_middle() -> None:
    """At most MAX_ROWS boxes are drawn, and it is said how many are not."""
    rows = picture_rows.rows(chain(500), {"n250": (4,)})
    assert len(rows) == picture_rows.MAX_ROWS
    gap = next(row for row in rows if "not drawn" in row.title)
    assert gap.title == "461 more not drawn"
    assert gap.notes == (4,)
    assert rows[-1].title == "n499"
    parsed(draw(chain(500)))


@pytest.mark.parametrize("shown", [chain(1), chain(3, part="base"), chain(2, part="input")])
def test_odd_models_are_drawn(shown: Diagram) -> None:
    """One layer, only a base, only inputs: every picture is whole."""
    assert len(picture_model.told(picture_rows.rows(shown, {}))) == len(shown.blocks)
    parsed(draw(shown))


def test_no_model_no_picture() -> None:
    """A model without a box is not drawn."""
    assert draw(chain(0)) == ""


@given(st.one_of(st.text(max_size=80), st.just(HOSTILE)))
@settings(deadline=None, max_examples=30)
def test_names_of_layers_stay_text(name: str) -> None:
    """Whatever a layer is called, the picture has the same elements as ever."""
    usual = [node.tag for node in parsed(draw(chain(2))).iter()]
    svg = draw(chain(2, title=name, detail=name, kind=name))
    assert [node.tag for node in parsed(svg).iter()] == usual


def test_shapes_and_counts_in_words() -> None:
    """The batch axis is left out, unknown sizes are said, huge counts do not run away."""
    assert picture_rows.shape_words((None, 7, 7, 768)) == "7×7×768"
    assert picture_rows.shape_words((None, None, 3)) == "?×3"
    assert picture_rows.shape_words(()) == ""
    assert picture_rows.count_words(769) == "769"
    assert picture_rows.count_words(38_537_217) == "38.5 M"
    assert picture_rows.count_words(10**30) == "very many"


# ---------------------------------------------------------------- curve and glances

VALUES = st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=40)


@given(VALUES, VALUES, st.sampled_from([1.0, None]))
@settings(deadline=None, max_examples=40)
def test_every_curve_is_drawn_inside_its_frame(
    training: list[float], validation: list[float], top: float | None
) -> None:
    """Any finite numbers, also beyond the axis, give points within the picture."""
    svg = picture_curve.chart(tuple(training), tuple(validation), what="Loss", top=top)
    assert bool(svg) == bool(training or validation)
    if not svg:
        return
    for node in parsed(svg).iter(f"{SVG}polyline"):
        for pair in str(node.get("points")).split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= picture_curve.WIDTH
            assert 0 <= y <= picture_curve.HEIGHT


def test_a_curve_leaves_out_what_is_no_number() -> None:
    """NaN and infinity are not drawn; nothing left, nothing drawn."""
    assert picture_curve.chart((math.nan,), (math.inf,), what="Loss", top=None) == ""
    assert "training from 0.500 to 0.400" in picture_curve.chart(
        (0.5, math.nan, 0.4), (), what="Loss", top=None
    )


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    """Accuracies above one half use the upper half of the axis, with its figures."""
    assert "50%" in words(picture_curve.chart((0.6, 0.9), (), what="Accuracy"))
    assert "0%" in words(picture_curve.chart((0.3, 0.9), (), what="Accuracy")).split(" | ")


def test_the_ends_of_two_lines_do_not_cover_one_another() -> None:
    """Labels of lines that meet are moved apart, inside the picture."""
    for value in (0.0, 0.5, 1.0):
        svg = picture_curve.chart((0.4, value), (0.4, value), what="Accuracy")
        heights = [
            float(str(node.get("y")))
            for node in parsed(svg).iter(f"{SVG}text")
            if str(node.get("class")).startswith("label")
        ]
        assert abs(heights[0] - heights[1]) >= 12
        assert max(heights) < picture_curve.HEIGHT


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.5, 1.0, 7.0])
def test_glances_stay_in_their_bounds(share: float) -> None:
    """A share outside 0…1 is drawn as the nearest one inside."""
    for svg in (picture.ring(share), picture.bar(share, title="t", kind="passed")):
        for node in parsed(svg).iter(f"{SVG}rect"):
            assert 0 <= float(str(node.get("width"))) <= 100
    parsed(picture.interval(share, 0.0, 1.0))


def test_numbers_are_plain() -> None:
    """No NaN, no exponent in a coordinate."""
    assert picture.number(math.nan) == "0"
    assert picture.number(1.25e-7) == "0"
    assert picture.number(12.0) == "12"
