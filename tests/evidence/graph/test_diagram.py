"""The model's picture as data."""

from __future__ import annotations

from graph_samples import final, layer, placed, usual_head

from grader.evidence.graph.diagram import draw_diagram
from grader.evidence.graph.parse import parse

ENDS = r"mixed\d+"


def test_the_picture_has_the_blocks_of_the_network() -> None:
    """Stem and mixed0…mixed7 frozen, the head layer by layer, in order."""
    drawn = draw_diagram(placed(final()), ENDS)
    titles = [block.title for block in drawn.blocks]
    assert titles == [
        "input_layer", "stem", *(f"mixed{n}" for n in range(8)), "flatten", "wide", "drop", "unit"
    ]  # fmt: skip
    assert {block.state for block in drawn.blocks if block.part == "base"} == {"frozen"}
    assert drawn.parameters == 47_512_481
    assert drawn.trainable_parameters == 38_537_217
    by_title = {block.title: block for block in drawn.blocks}
    assert by_title["wide"].detail == "1024 units, relu"
    assert by_title["drop"].detail == "rate 0.2"
    assert by_title["flatten"].inputs == ("mixed7",)
    assert by_title["mixed0"].inputs == ("stem",)


def test_the_picture_shows_a_part_that_stayed_trainable() -> None:
    """One layer of a block left unfrozen: that block is "mixed"."""
    graph = final()
    one = next(one for one in graph["layers"] if one["name"] == "conv2d_50")
    one["trainable_parameters"] = one["parameters"]
    states = {block.title: block.state for block in draw_diagram(placed(graph), ENDS).blocks}
    assert [title for title, state in states.items() if state == "mixed"] == ["mixed6"]


def test_the_picture_of_a_cut_inside_a_block_and_of_an_unused_layer() -> None:
    """What ends in no block is still drawn; what leads nowhere is told apart."""
    graph = final("activation_60", head=usual_head("activation_60"))
    graph["layers"].append(layer("idle", "Dropout", ["flatten"], [37632], rate=0.9))
    drawn = {block.title: block for block in draw_diagram(placed(graph), ENDS).blocks}
    assert drawn["after mixed6"].part == "base"
    assert not drawn["idle"].used
    assert drawn["drop"].used


def test_an_opaque_model_is_a_value() -> None:
    """Nothing to see is not an error."""
    graph = parse({"style": "opaque", "class_name": "Mine", "compiled": True})
    assert draw_diagram(graph).blocks == ()
