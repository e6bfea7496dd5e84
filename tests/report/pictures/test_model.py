"""The model's picture: told in words as well, harmless whatever the student's names are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from reading_pictures import SVG, chain, draw, parsed, words
from samples_more import HOSTILE
from samples_report import diagram

from grader.records import Diagram
from grader.report.pictures import (
    model as picture_model,
)


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
    rows = picture_model.rows(diagram(), {"mixed10": (3,)})
    assert [row.title for row in rows if row.notes == (3,)] == ["mixed8 – mixed10"]


@pytest.mark.parametrize("shown", [chain(1), chain(3, part="base"), chain(2, part="input")])
def test_odd_models_are_drawn(shown: Diagram) -> None:
    """One layer, only a base, only inputs: every picture is whole."""
    assert len(picture_model.told(picture_model.rows(shown, {}))) == len(shown.blocks)
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
