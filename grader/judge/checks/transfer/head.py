"""Ready-made checks of what stands between the pretrained network and the output."""

import math

from grader.evidence.graph import ancestors, paths_pass
from grader.judge.checks.finding import failed, graph, partial, passed
from grader.records import Evidence, Finding, Graph, Layer

AS_LAYERS = {"relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid"}
"""Layers and bare operations that are activations."""
NEUTRAL = ("Dropout", "Flatten", "Reshape", "Identity")
"""Layers behind the output unit that leave its answer as it is."""
POOLING = ("GlobalAveragePooling2D", "GlobalMaxPooling2D")


def head_layers(model: Graph) -> list[Layer]:
    """Layers on the way to the output that are not the network's own, in order."""
    used = ancestors(model, model.outputs)
    return [
        layer
        for layer in model.layers
        if layer.id in used and not layer.reference and layer.kind != "InputLayer"
    ]


def activation_of(model: Graph, layer: Layer) -> str:
    """Its activation; that of the Activation layer right behind it when its own is linear."""
    own = str(layer.settings.get("activation") or "linear")
    readers = [reader for reader in model.layers if layer.id in reader.inputs]
    if own != "linear" or len(readers) != 1:
        return own
    return _as_activation(readers[0]) or own


def _as_activation(layer: Layer) -> str:
    """The activation that a layer or bare operation is; "" for any other."""
    if layer.kind == "Activation":
        return str(layer.settings.get("activation") or "linear")
    return AS_LAYERS.get(layer.kind.removeprefix("op:").lower(), "")


def answered_with(model: Graph, unit: Layer) -> str:
    """What turns the number of the unit into the model's answer: its activation and all that
    follows, "sigmoid then sigmoid" where two do."""
    parts = [str(unit.settings.get("activation") or "linear")]
    for layer in head_layers(model):
        behind = layer.id != unit.id and layer.kind not in NEUTRAL
        if behind and unit.id in ancestors(model, [layer.id]):
            parts.append(_as_activation(layer) or layer.kind.removeprefix("op:"))
    return " then ".join(part for part in parts if part != "linear") or "linear"


def _output_unit(head: list[Layer]) -> Layer | None:
    """The last Dense layer before the output."""
    dense = [layer for layer in head if layer.kind == "Dense"]
    return dense[-1] if dense else None


def _wide(head: list[Layer], units: int) -> Layer | None:
    """The hidden Dense layer with those units, else the widest one there is."""
    hidden = [layer for layer in head if layer.kind == "Dense"][:-1]
    exact = [layer for layer in hidden if layer.settings.get("units") == units]
    best = exact or sorted(hidden, key=_units)
    return best[-1] if best else None


def _units(layer: Layer) -> int:
    units = layer.settings.get("units")
    return units if type(units) is int else 0


def _kinds(head: list[Layer]) -> str:
    return " → ".join(layer.kind for layer in head[:12]) or "nothing"


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
    head = head_layers(model)
    expected = f"Flatten, then Dense with {units} units and {activation}"
    wide = _wide(head, units)
    if wide is None:
        return failed(
            "Between the network and the output there is no hidden Dense layer.",
            seen=_kinds(head),
            expected=expected,
        )
    seen = f"Dense with {_units(wide)} units and {activation_of(model, wide)}"
    before = ancestors(model, [wide.id]) - {wide.id}
    if not any(_flattens(layer) for layer in head if layer.id in before):
        pooled = [layer.kind for layer in head if layer.kind in POOLING]
        seen = f"{', '.join(pooled) or 'nothing'} before it; {seen}"
        why = "The features are not flattened before the Dense layer."
        return partial(wrong, why, seen=seen, expected=expected, where=[wide.id])
    right_units = wide.settings.get("units") == units
    if right_units and activation_of(model, wide) == activation:
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


def _flattens(layer: Layer) -> bool:
    """A Flatten, or a Reshape that leaves one row of numbers an image."""
    flat = len(layer.output_shape) == 2  # noqa: PLR2004 - images of a batch, numbers of an image
    return layer.kind == "Flatten" or (layer.kind == "Reshape" and flat)


def dropout_between(
    evidence: Evidence, *, function: str, rate: float, units: int, wrong: float = 0.5
) -> Finding:
    """Dropout of that rate on every path between the wide Dense layer and the output unit."""
    model = graph(evidence, "final", function)
    head = head_layers(model)
    expected = f"Dropout with rate {rate:g} between the hidden Dense layer and the output unit"
    drops = [layer for layer in head if layer.kind == "Dropout"]
    if not drops:
        return failed(
            "There is no Dropout layer on the way to the output.",
            seen=_kinds(head),
            expected=expected,
        )
    wide, unit = _wide(head, units), _output_unit(head)
    between = [
        layer
        for layer in drops
        if wide and unit and paths_pass(model, wide.id, [layer.id], unit.id)
    ]
    where = [layer.id for layer in between or drops]
    if not between:
        behind = unit is not None and all(unit.id in ancestors(model, [id_]) for id_ in where)
        return partial(
            wrong / 2,
            "There is Dropout, but not between the hidden Dense layer and the output unit.",
            seen=_kinds(head),
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


def _is(value: object, expected: float) -> bool:
    return type(value) in (int, float) and math.isclose(value, expected, rel_tol=1e-6)  # type: ignore[arg-type]


def one_output_unit(
    evidence: Evidence, *, function: str, activation: str = "sigmoid", consistent: float = 0.5
) -> Finding:
    """One unit with that activation, and a loss that reads the same.

    consistent: share for one linear unit whose loss knows that it reads logits (it learns well,
    but the outputs are no probabilities), or for a right unit whose loss expects logits.
    """
    model = graph(evidence, "final", function)
    unit = _output_unit(head_layers(model))
    expected = f"one unit with {activation}, read by the loss as a probability"
    if unit is None or len(model.outputs) != 1:
        return failed("The model does not end in one Dense layer.", expected=expected)
    units, where = _units(unit), [unit.id]
    answers, logits = answered_with(model, unit), model.loss.from_logits
    read = ", loss reads logits" if model.compiled and logits else ""
    seen = f"{units} unit{'s' * (units != 1)}, {answers}{read}"
    if units != 1:
        why = "The output has another number of units than the two classes need here."
        return failed(why, seen=seen, expected=expected, where=where)
    right = answers == activation
    if right and not logits:
        return passed("One unit that answers with a probability.", seen=seen, where=where)
    if right or (answers == "linear" and logits):
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
        "The output is not one probability, squeezed once, as the loss expects it.",
        seen=seen,
        expected=expected,
        where=where,
    )
