"""The neutral graph: where nodes stand, how it is walked and drawn."""

from __future__ import annotations

import pytest
from graph_samples import final, layer, network, placed, usual_head

from grader.evidence.graph.parse import (
    annotate,
    cut,
    cuts,
    draw_diagram,
    head,
    parse,
    paths_pass,
    preparation,
)


def test_every_node_of_the_network_stands_in_its_own_place() -> None:
    """Parallel branches look alike from below and are still told apart, without any name."""
    own = network()
    places = [one.reference for one in annotate(own, own).layers if one.kind != "InputLayer"]
    assert places == [one.id for one in own.layers if one.kind != "InputLayer"]


@pytest.mark.parametrize("where", ["mixed3", "mixed4", "mixed5", "mixed6", "mixed7", "mixed10"])
def test_the_cut_is_found_by_structure(where: str) -> None:
    """mixed3 to mixed7 have one shape; with all names gone the place is still known."""
    found = cut(placed(final(where, rename=True)))
    assert found is not None
    assert found.reference == where
    assert found.name == "x"


def test_a_name_alone_is_no_place() -> None:
    """A layer that is called mixed7 and is not."""
    forged = final("mixed6")
    for one in forged["layers"]:
        if one["id"] == "mixed6":
            one["name"] = "mixed7"
    found = cut(placed(forged))
    assert found is not None
    assert found.reference == "mixed6"


def test_a_changed_network_has_no_place_above_the_change() -> None:
    """Another kernel size: from there on it is another network."""
    changed = final()
    changed["layers"][1]["settings"]["kernel_size"] = [5, 5]
    assert not any(one.reference for one in placed(changed).layers)


def test_what_prepares_the_images_moves_no_place() -> None:
    """Augmentation and rescaling before the network."""
    graph = final()
    first = graph["layers"][0]["id"]
    graph["layers"][1]["inputs"] = ["scaled"]
    graph["layers"][1:1] = [
        layer("flip", "RandomFlip", [first], [150, 150, 3]),
        layer("scaled", "Rescaling", ["flip"], [150, 150, 3], scale=0.5),
    ]
    found = placed(graph)
    assert [one.id for one in preparation(found)] == ["flip", "scaled"]
    assert [one.id for one in head(found)] == ["flatten", "wide", "drop", "unit"]
    assert cut(found) is not None


def test_two_cuts_are_no_one_cut() -> None:
    """A head that reads two places of the network."""
    both = [layer("both", "Concatenate", ["mixed6", "mixed7"], [7, 7, 1536], axis=3)]
    found = placed(final(head=[*both, *usual_head("both")]))
    assert [one.reference for one in cuts(found)] == ["mixed6", "mixed7"]
    assert cut(found) is None


def test_paths_are_seen_past_a_layer_on_a_side_branch() -> None:
    """Dropout that only one of two branches passes does not count for all ways."""
    model = placed(
        final(
            head=[
                *usual_head("mixed7")[:3],
                layer("sum", "Add", ["wide", "drop"], [1024]),
                layer("unit", "Dense", ["sum"], [1], units=1, parameters=1025),
            ]
        )
    )
    assert not paths_pass(model, "wide", ["drop"], "unit")
    assert paths_pass(model, "wide", ["sum"], "unit")
    assert paths_pass(placed(final()), "wide", ["drop"], "unit")
    assert not paths_pass(placed(final()), "unit", ["drop"], "wide")


def test_the_picture_has_the_blocks_of_the_network() -> None:
    """Stem and mixed0…mixed7 frozen, the head layer by layer, in order."""
    drawn = draw_diagram(placed(final()))
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
    states = {block.title: block.state for block in draw_diagram(placed(graph)).blocks}
    assert [title for title, state in states.items() if state == "mixed"] == ["mixed6"]


def test_the_picture_of_a_cut_inside_a_block_and_of_an_unused_layer() -> None:
    """What ends in no block is still drawn; what leads nowhere is told apart."""
    graph = final("activation_60", head=usual_head("activation_60"))
    graph["layers"].append(layer("idle", "Dropout", ["flatten"], [37632], rate=0.9))
    drawn = {block.title: block for block in draw_diagram(placed(graph)).blocks}
    assert drawn["after mixed6"].part == "base"
    assert not drawn["idle"].used
    assert drawn["drop"].used


def test_an_opaque_model_is_a_value() -> None:
    """Nothing to see is not an error."""
    graph = parse({"style": "opaque", "class_name": "Mine", "compiled": True})
    assert cut(graph) is None
    assert head(graph) == ()
    assert draw_diagram(graph).blocks == ()
