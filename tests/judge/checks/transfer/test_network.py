"""What of the pretrained network was reused, and how: by structure, never by name."""

from __future__ import annotations

import pytest
from checks_samples import finding, share
from evidence_samples import (
    arrays,
    dense,
    final,
    functional,
    measured,
    network,
    plain,
    with_answer,
    with_graph,
)

from grader.records import Answer


@pytest.mark.parametrize("number", [64, 87, 101, 133, 165, 197, 249, 311, 228, 230])
def test_another_cut_fails(number: int) -> None:
    """Only mixed7 is mixed7, whatever the shape is."""
    seen = with_graph("cut", functional(network(upto=number)))
    assert finding("cut", seen).share == 0


def test_a_cut_that_only_bears_the_name_fails() -> None:
    """A new layer called mixed7 behind another one is not in its place."""
    renamed = plain("Activation", "mixed7").model_copy(update={"inputs": ("mixed5",)})
    layers = [*network(upto=165), renamed]
    assert finding("cut", with_graph("cut", functional(layers))).share == 0


@pytest.mark.parametrize(("upto", "told"), [(229, True), (197, False)])
def test_what_is_flattened_already_is_not_called_another_depth(upto: int, told: bool) -> None:
    """The layer is the right one; what is put behind it does not belong to the cut."""
    layers = network(upto=upto)
    layers.append(plain("Flatten").model_copy(update={"inputs": (layers[-1].id,)}))
    cut = finding("cut", with_graph("cut", functional(layers)))
    assert cut.share == 0
    assert ("your own layers" in cut.message) == told == (not cut.misconceptions)


def test_another_cut_that_the_head_goes_past_costs_once() -> None:
    """The head reads the right layer; it need not follow the wrong one, but no third one counts."""
    chosen = with_graph("cut", functional(network(upto=197)))
    for read, expected in ((229, 1), (197, 1), (165, 0)):
        graphs = {**chosen.graphs, "final": final(cut=read)}
        seen = chosen.model_copy(update={"graphs": graphs})
        assert share("functional-model", seen) == expected
    assert share("cut", chosen) == 0


def test_the_probe_decides_when_both_answered() -> None:
    """Right place, other numbers: the graph was not what computes."""
    told = {"kind": "KerasTensor", "is_tensor": True, "carried": False, "probe": [[1.0, 2.0]]}
    for ours, expected in ([[1.0, 2.001]], 1), ([[1.0, 2.5]], 0), (None, 1), ([[1.0]], 0):
        seen = with_answer("output_of_last_layer", Answer(status="ok", value=told))
        seen = seen.model_copy(update={"measured": measured(252, probe=ours)})
        assert finding("cut", seen).share == expected


def test_the_network_has_to_be_whole_and_bare() -> None:
    """No top, nothing missing, and the right input."""
    topped = [*network(), plain("GlobalAveragePooling2D"), dense("top", 1000, "softmax")]
    assert share("base-network", with_graph("base", functional(topped))) == 0
    assert share("base-network", with_graph("base", functional(network(upto=229)))) == 0
    pooled = [*network(), plain("GlobalAveragePooling2D")]
    assert share("base-network", with_graph("base", functional(pooled))) == 0.5
    larger = network()
    larger[0] = larger[0].model_copy(update={"output_shape": (None, 299, 299, 3)})
    assert share("base-network", with_graph("base", functional(larger))) == 0.5


def test_a_stack_is_no_functional_model() -> None:
    """Sequential, or a head that reads another tensor than the one given."""
    stack = final().model_copy(update={"style": "sequential"})
    assert share("functional-model", with_graph("final", stack)) == 0
    assert share("functional-model", with_graph("final", final(cut=197))) == 0


def test_a_copy_of_the_network_is_the_network() -> None:
    """Saved and loaded again, or cloned with its numbers; with others it is another network."""
    told = {"kind": "Functional", "is_model": True, "carried": False, "other_network": ""}
    seen = with_answer("create_final_model", Answer(status="ok", value=told))
    different = [array.model_copy(update={"origin": "different"}) for array in arrays()]
    other = [array.model_copy(update={"sha256": "f" * 64}) for array in different]
    for base, copied, expected in (
        (arrays(), arrays(), 1),
        (different, different, 1),
        (different, other, 0),
        (arrays(), [other[0], *arrays()[1:]], 0),
        (arrays(), [], 0),
    ):
        weights = {"base": tuple(base), "final": tuple(copied)}
        assert share("functional-model", seen.model_copy(update={"weights": weights})) == expected
