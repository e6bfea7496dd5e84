"""Ready-made checks of what stands between the pretrained network and the output."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.checks_seen import above, failed, graph, in_order, partial, passed, reachable
from grader.records import Evidence, Finding, Graph, Layer

FLAT = "Flatten"
AS_LAYERS = {"relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid"}
"""Layers and bare operations that are activations."""
POOLING = ("GlobalAveragePooling2D", "GlobalMaxPooling2D")


def head_layers(model: Graph) -> list[Layer]:
    """Layers on the way to the output that are not the network's own, in order."""
    used = above(model, model.outputs)
    return [one for one in in_order(model, used) if not one.reference and one.kind != "InputLayer"]


def activation_of(model: Graph, layer: Layer) -> str:
    """Its activation; that of the Activation layer right behind it when its own is linear."""
    own = str(layer.settings.get("activation") or "linear")
    readers = [one for one in model.layers if layer.id in one.inputs]
    if own != "linear" or len(readers) != 1:
        return own
    if readers[0].kind == "Activation":
        return str(readers[0].settings.get("activation") or "linear")
    return AS_LAYERS.get(readers[0].kind.removeprefix("op:").lower(), own)


def _output_unit(model: Graph) -> Layer | None:
    """The last Dense layer before the output."""
    dense = [layer for layer in head_layers(model) if layer.kind == "Dense"]
    return dense[-1] if dense else None


def _wide(model: Graph, units: int) -> Layer | None:
    """The hidden Dense layer with those units, else the widest one there is."""
    hidden = [layer for layer in head_layers(model) if layer.kind == "Dense"][:-1]
    exact = [layer for layer in hidden if layer.settings.get("units") == units]
    best = exact or sorted(hidden, key=_units)
    return best[-1] if best else None


def _units(layer: Layer) -> int:
    units = layer.settings.get("units")
    return units if type(units) is int else 0


def dense_head(
    evidence: Evidence,
    *,
    function: str,
    units: int,
    activation: str,
    wrong: float = 0.5,
) -> Finding:
    """Flatten, then a hidden Dense layer with those units and that activation."""
    model = graph(evidence, "final", function)
    expected = f"Flatten, then Dense with {units} units and {activation}"
    wide = _wide(model, units)
    if wide is None:
        return failed(
            "Between the network and the output there is no hidden Dense layer.",
            seen=_kinds(model),
            expected=expected,
        )
    seen = f"Dense with {_units(wide)} units and {activation_of(model, wide)}"
    if not _flattened(model, wide):
        pooled = [one.kind for one in head_layers(model) if one.kind in POOLING]
        seen = f"{', '.join(pooled) or 'nothing'} before it; {seen}"
        why = "The features are not flattened before the Dense layer."
        return partial(wrong, why, seen=seen, expected=expected, where=[wide.id])
    right_units = wide.settings.get("units") == units
    if right_units and activation_of(model, wide) == activation:
        return passed("The hidden layer is as asked for.", seen=seen, where=[wide.id])
    return partial(
        wrong,
        "The hidden Dense layer has "
        + ("another activation." if right_units else "another number of units."),
        seen=seen,
        expected=expected,
        where=[wide.id],
    )


def _flattened(model: Graph, dense: Layer) -> bool:
    before = above(model, [dense.id]) - {dense.id}
    return any(one.kind == FLAT for one in head_layers(model) if one.id in before)


def dropout_between(
    evidence: Evidence, *, function: str, rate: float, units: int, wrong: float = 0.5
) -> Finding:
    """Dropout of that rate on every path between the wide Dense layer and the output unit."""
    model = graph(evidence, "final", function)
    expected = f"Dropout with rate {rate:g} between the hidden Dense layer and the output unit"
    drops = [layer for layer in head_layers(model) if layer.kind == "Dropout"]
    wide, unit = _wide(model, units), _output_unit(model)
    if not drops:
        return failed(
            "There is no Dropout layer on the way to the output.",
            seen=_kinds(model),
            expected=expected,
        )
    between = [one for one in drops if wide and unit and _parts(model, wide, one, unit)]
    where = [layer.id for layer in between or drops]
    seen = ", ".join(f"Dropout {_rate(layer)}" for layer in between or drops)
    if not between:
        behind = unit is not None and all(unit.id in above(model, [one.id]) for one in drops)
        return partial(
            wrong / 2,
            "There is Dropout, but not between the hidden Dense layer and the output unit.",
            seen=f"{_kinds(model)}",
            expected=expected,
            where=where,
            shows=["dropout-after-output" if behind else "dropout-elsewhere"],
        )
    active = [one for one in between if one.settings.get("training") is not False]
    if any(_is(one.settings.get("rate"), rate) for one in active):
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


def _parts(model: Graph, start: Layer, between: Layer, end: Layer) -> bool:
    """Whether every way from `start` to `end` leads through `between`."""
    on_the_way = reachable(model, start.id, between.id) and reachable(model, between.id, end.id)
    return on_the_way and not reachable(model, start.id, end.id, [between.id])


def _rate(layer: Layer) -> str:
    value = layer.settings.get("rate")
    return f"{value:g}" if isinstance(value, int | float) else "unknown"


def _is(value: object, expected: float) -> bool:
    return type(value) in (int, float) and math.isclose(value, expected, rel_tol=1e-6)  # type: ignore[arg-type]


def _kinds(model: Graph) -> str:
    return " → ".join(layer.kind for layer in head_layers(model)[:12]) or "nothing"


def _described(model: Graph, unit: Layer) -> str:
    units = _units(unit)
    read = ", loss reads logits" if model.compiled and model.loss.from_logits else ""
    return f"{units} unit{'s' * (units != 1)}, {activation_of(model, unit)}{read}"


def one_output_unit(
    evidence: Evidence, *, function: str, activation: str = "sigmoid", consistent: float = 0.5
) -> Finding:
    """One unit with that activation, and a loss that reads the same.

    consistent: share for one linear unit whose loss knows that it reads logits (it learns well,
    but the outputs are no probabilities), or for a right unit whose loss expects logits.
    """
    model = graph(evidence, "final", function)
    unit = _output_unit(model)
    expected = f"one unit with {activation}, read by the loss as a probability"
    if unit is None or len(model.outputs) != 1:
        return failed("The model does not end in one Dense layer.", expected=expected)
    seen, where = _described(model, unit), [unit.id]
    if _units(unit) != 1:
        why = "The output has another number of units than the two classes need here."
        return failed(why, seen=seen, expected=expected, where=where)
    right, logits = activation_of(model, unit) == activation, model.loss.from_logits
    if right and not logits:
        return passed("One unit that answers with a probability.", seen=seen, where=where)
    if right or (activation_of(model, unit) == "linear" and logits):
        return partial(
            consistent,
            "The unit answers with a probability, but the loss takes it for a logit."
            if right
            else "Unit and loss agree, but the answers are logits; probabilities were asked for.",
            seen=seen,
            expected=expected,
            where=where,
            shows=["sigmoid-and-logits"] if right else [],
        )
    return failed(
        "The output is not squeezed into a probability, and the loss expects one.",
        seen=seen,
        expected=expected,
        where=where,
    )


def loss_is(evidence: Evidence, *, function: str, expected: str) -> Finding:
    """The compiled model's loss, in whichever spelling."""
    model = graph(evidence, "final", function)
    words = expected.replace("_", " ")
    if not model.compiled:
        return failed("The model is returned without being compiled.", expected=words)
    kind = model.loss.kind
    if kind == expected:
        return passed(f"The loss is {words}.", seen=words, expected=words)
    if not kind or kind == "unknown":
        return failed("No known loss was found in the compiled model.", expected=words)
    return failed(
        "The loss does not fit two classes told apart by one probability.",
        seen=kind.replace("_", " "),
        expected=words,
    )


def metric_is(evidence: Evidence, *, function: str, expected: Sequence[str]) -> Finding:
    """One of these metrics (normal form) is among the compiled model's."""
    model = graph(evidence, "final", function)
    words = expected[0].replace("_", " ")
    if not model.compiled:
        return failed("The model is returned without being compiled.", expected=words)
    if set(model.metrics) & set(expected):
        return passed(f"The model reports its {words}.", seen=", ".join(model.metrics))
    return failed(
        f"Training would not report the {words}.",
        seen=", ".join(model.metrics) or "no metrics",
        expected=words,
        shows=["metric-missing"],
    )
