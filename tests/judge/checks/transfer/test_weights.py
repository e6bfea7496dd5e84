"""The pretrained numbers: loaded whole, and not to be changed."""

from __future__ import annotations

from typing import Any

import pytest
from checks_samples import finding, share
from evidence_samples import arrays, evidence, final, functional, network, with_graph


@pytest.mark.parametrize(
    ("trainable", "base", "final_share"),
    [(False, 1, 1), (True, 0, 0), ({2}, 0.25, 1), (set(range(2, 250)), 0, 1)],
)
def test_freezing(trainable: Any, base: float, final_share: float) -> None:
    """What the optimizer would update counts, by layers: none, few or most of them."""
    seen = with_graph("base", functional(network(trainable)))
    assert share("frozen-base", seen) == base
    seen = with_graph("final", final(trainable=trainable is True))
    assert share("frozen-final", seen) == final_share


@pytest.mark.parametrize("different", [1, 20, 300])
def test_weights_have_to_be_all_there(different: int) -> None:
    """One array that differs is one too many."""
    seen = evidence(weights={"base": arrays(different)})
    assert finding("pretrained-weights", seen).share == 0


def test_another_network_in_the_final_model_is_found() -> None:
    """A right network that is returned does not excuse another one inside the final model."""
    seen = evidence(weights={"base": arrays(), "final": arrays(300)})
    assert finding("pretrained-weights", seen).share == 0
