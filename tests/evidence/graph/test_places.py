"""Where nodes stand in the pretrained network: found by structure, never by name."""

from __future__ import annotations

import pytest
from graph_samples import final, layer, network, placed

from grader.evidence.graph.places import annotate
from grader.evidence.graph.walk import cuts, head, preparation


def test_every_node_of_the_network_stands_in_its_own_place() -> None:
    """Parallel branches look alike from below and are still told apart, without any name."""
    own = network()
    places = [one.reference for one in annotate(own, own).layers if one.kind != "InputLayer"]
    assert places == [one.id for one in own.layers if one.kind != "InputLayer"]


@pytest.mark.parametrize("where", ["mixed3", "mixed4", "mixed5", "mixed6", "mixed7", "mixed10"])
def test_the_cut_is_found_by_structure(where: str) -> None:
    """mixed3 to mixed7 have one shape; with all names gone the place is still known."""
    (found,) = cuts(placed(final(where, rename=True)))
    assert found.reference == where
    assert found.name == "x"


def test_a_name_alone_is_no_place() -> None:
    """A layer that is called mixed7 and is not."""
    forged = final("mixed6")
    for one in forged["layers"]:
        if one["id"] == "mixed6":
            one["name"] = "mixed7"
    (found,) = cuts(placed(forged))
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
    assert len(cuts(found)) == 1
