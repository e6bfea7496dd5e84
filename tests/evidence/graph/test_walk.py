"""What leads where in a graph, and where the pretrained network ends."""

from __future__ import annotations

from graph_samples import final, layer, placed, usual_head

from grader.evidence.graph.parse import parse
from grader.evidence.graph.walk import cuts, head, paths_pass


def test_two_cuts_are_no_one_cut() -> None:
    """A head that reads two places of the network."""
    both = [layer("both", "Concatenate", ["mixed6", "mixed7"], [7, 7, 1536], axis=3)]
    found = placed(final(head=[*both, *usual_head("both")]))
    assert [one.reference for one in cuts(found)] == ["mixed6", "mixed7"]


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


def test_an_opaque_model_is_a_value() -> None:
    """Nothing to see is not an error."""
    graph = parse({"style": "opaque", "class_name": "Mine", "compiled": True})
    assert cuts(graph) == ()
    assert head(graph) == ()
