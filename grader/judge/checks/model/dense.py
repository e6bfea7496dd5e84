"""Ready-made checks of the Dense layers before the output, and of Dropout among them.

In a plain network they look at all of it, behind a pretrained one only at what is new.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from grader.evidence.graph import ancestors, paths_pass
from grader.judge.checks.declared import may_show
from grader.judge.checks.finding import failed, graph, partial, passed
from grader.judge.checks.model.chain import (
    BETWEEN,
    activation_of,
    flattens,
    has_network,
    head_layers,
    kinds_of,
    units_of,
)
from grader.judge.checks.model.kinds import Activation, Share
from grader.records import Evidence, Finding, Graph, Layer

POOLING = ("GlobalAveragePooling2D", "GlobalMaxPooling2D")
TWO = 2
"""Units of an output that answers for two classes; more are not called one unit."""
Rate = Annotated[float, Field(gt=0, lt=1)]


def _output_units(model: Graph, head: list[Layer]) -> list[Layer]:
    """The last Dense layer before each output."""
    dense = [layer for layer in head if layer.kind == "Dense"]
    before = [ancestors(model, [layer.id]) - {layer.id} for layer in dense]
    return [layer for layer in dense if not any(layer.id in above for above in before)]


def _wide(head: list[Layer], units: int | None) -> Layer | None:
    """The hidden Dense layer with those units, else the widest one there is."""
    hidden = [layer for layer in head if layer.kind == "Dense"][:-1]
    exact = [layer for layer in hidden if layer.settings.get("units") == units]
    best = exact or sorted(hidden, key=units_of)
    return best[-1] if best else None


def dense_head(
    evidence: Evidence,
    *,
    function: str,
    units: int,
    activation: Activation,
    flatten: bool = True,
    wrong: Share = 0.5,
) -> Finding:
    """Flatten, then a hidden Dense layer with those units and that activation.

    units: of the hidden layer. activation: of the hidden layer, also as a layer of its own, behind
    normalising too.
    flatten: false where the features may also come pooled. wrong: share for a hidden layer that is
    not as asked for.
    """
    model = graph(evidence, "final", function)
    head = head_layers(model)
    expected = f"{'Flatten, then ' * flatten}Dense with {units} units and {activation}"
    wide = _wide(head, units)
    if wide is None:
        return failed(
            "Between the network and the output there is no hidden Dense layer."
            if has_network(model)
            else "There is no hidden Dense layer before the output.",
            seen=kinds_of(head),
            expected=expected,
        )
    own = activation_of(model, wide, through=BETWEEN)
    seen = f"Dense with {units_of(wide)} units and {own}"
    before = ancestors(model, [wide.id]) - {wide.id}
    if flatten and not any(flattens(layer) for layer in head if layer.id in before):
        pooled = [layer.kind for layer in head if layer.kind in POOLING]
        seen = f"{', '.join(pooled) or 'nothing'} before it; {seen}"
        why = "The features are not flattened before the Dense layer."
        return partial(wrong, why, seen=seen, expected=expected, where=[wide.id])
    right_units = wide.settings.get("units") == units
    if right_units and own == activation:
        return passed("The hidden layer is as asked for.", seen=seen, where=[wide.id])
    return partial(
        wrong,
        "The hidden Dense layer has another activation."
        if right_units
        else "The hidden Dense layer has another number of units.",
        seen=seen,
        expected=expected,
        where=[wide.id],
    )


@may_show("dropout-after-output", "dropout-elsewhere")
def dropout_between(
    evidence: Evidence,
    *,
    function: str,
    rate: Rate | tuple[Rate, Rate] | None = None,
    units: int | None = None,
    wrong: Share = 0.5,
) -> Finding:
    """Dropout of that rate on every path between the hidden Dense layer and the output.

    rate: a number, or [lowest, highest]; any without it. units: of the hidden Dense layer that is
    meant; the widest one without it. wrong: share for another rate, half of it for another place.
    """
    model = graph(evidence, "final", function)
    head = head_layers(model)
    wide, ends = _wide(head, units), _output_units(model, head)
    end = "output" if any(units_of(unit) > TWO for unit in ends) else "output unit"
    expected = f"Dropout{_with(rate)} between the hidden Dense layer and the {end}"
    drops = [layer for layer in head if layer.kind == "Dropout"]
    if not drops:
        return failed(
            "There is no Dropout layer on the way to the output.",
            seen=kinds_of(head),
            expected=expected,
        )
    reached = [unit for unit in ends if wide and wide.id in ancestors(model, [unit.id])]
    between = [
        layer
        for layer in drops
        if wide and reached
        if all(paths_pass(model, wide.id, [layer.id], unit.id) for unit in reached)
    ]
    where = [layer.id for layer in between or drops]
    if not between:
        answers = {unit.id for unit in ends}
        behind = bool(ends) and all(answers & ancestors(model, [id_]) for id_ in where)
        return partial(
            wrong / 2,
            f"There is Dropout, but not between the hidden Dense layer and the {end}.",
            seen=kinds_of(head),
            expected=expected,
            where=where,
            shows=["dropout-after-output" if behind else "dropout-elsewhere"],
        )
    seen = ", ".join(f"Dropout {_rate(layer)}" for layer in between)
    active = [layer for layer in between if layer.settings.get("training") is not False]
    if any(_is(layer.settings.get("rate"), rate) for layer in active):
        return passed("Dropout stands where it should.", seen=seen, where=where)
    return partial(
        wrong,
        "Dropout stands where it should, but with another rate."
        if active
        else "Dropout stands where it should, but it is switched off.",
        seen=seen,
        expected=expected,
        where=where,
    )


def _rate(layer: Layer) -> str:
    value = layer.settings.get("rate")
    return f"{value:g}" if isinstance(value, int | float) else "unknown"


def _with(rate: float | Sequence[float] | None) -> str:
    if rate is None:
        return ""
    if isinstance(rate, int | float):
        return f" with rate {rate:g}"
    return f" with a rate from {rate[0]:g} to {rate[1]:g}"


def _is(value: Any, expected: float | Sequence[float] | None) -> bool:
    """Whether a rate of the student's is the one, or within the two, that were asked for."""
    if type(value) not in (int, float):
        return False
    if expected is None:
        return bool(0 < value < 1)
    low, high = (expected, expected) if isinstance(expected, int | float) else expected
    return low <= value <= high or any(
        math.isclose(value, end, rel_tol=1e-6) for end in (low, high)
    )
