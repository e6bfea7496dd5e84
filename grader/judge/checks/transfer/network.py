"""Ready-made checks of a model that reuses a pretrained network: what was reused, and how.

They look at meaning, never at spelling or names: a layer counts as the network's own when the
host found it in the same place of the network's reference graph (`Layer.reference`).
"""

import math
from collections.abc import Sequence
from operator import sub
from typing import Any

from grader.evidence.graph import by_id, cuts
from grader.judge.checks.causes import WITHOUT_NETWORK
from grader.judge.checks.declared import may_show
from grader.judge.checks.finding import failed, graph, handed, ok_answer, partial, passed
from grader.records import Evidence, Finding, Graph, Layer, WeightArray

PROBE_TOLERANCE = 1e-2
"""Relative; two machines round 94 convolutions differently, another layer differs by far more."""


@may_show("top-included")
def is_network(
    evidence: Evidence,
    *,
    function: str,
    network: str,
    layers: int,
    input_shape: Sequence[int],
    wrong_input: float = 0.5,
    besides: float = 0.5,
) -> Finding:
    """The model of `function` is the pretrained network, whole, without its top, at that input.

    network: its name, for messages. layers: how many it has without its top. input_shape: [height,
    width, channels]. wrong_input: share for the right network elsewhere. besides: share where
    layers that learn nothing, such as pooling, stand around it.
    """
    model = graph(evidence, "base", function)
    own = [layer for layer in model.layers if not layer.reference and layer.kind != "InputLayer"]
    placed = [layer for layer in model.layers if layer.reference]
    expected = f"{network} without its top, input {shape_text(input_shape)}"
    shapes = [layer.output_shape for layer in _named(model, model.inputs)]
    shown = ", ".join(shape_text(shape[1:]) for shape in shapes) or "no input"
    whole = len(placed) >= layers - len(model.inputs)
    amount = f"all {layers}" if whole else f"{len(placed)} of {layers}"
    seen = f"{amount} layers of {network}, input {shown}"
    if own and whole and not any(layer.parameters for layer in own):
        kinds = ", ".join(dict.fromkeys(layer.kind for layer in own))
        return partial(
            besides,
            f"The network is right; what stands around it is no part of it: {kinds}.",
            seen=seen,
            expected=expected,
        )
    if own:
        kinds = ", ".join(dict.fromkeys(layer.kind for layer in own[-3:]))
        return failed(
            f"The model has {len(own)} layers that are not part of {network} without its top.",
            seen=f"{seen}; besides: {kinds}",
            expected=expected,
            shows=["top-included"] if any(layer.kind == "Dense" for layer in own) else [],
        )
    if not whole:
        return failed(f"This is not the whole of {network}.", seen=seen, expected=expected)
    if [list(shape[1:]) for shape in shapes] != [list(input_shape)]:
        return partial(
            wrong_input,
            "The network is right; the images it takes have another shape.",
            seen=seen,
            expected=expected,
        )
    return passed(f"This is {network} without its top.", seen=seen, expected=expected)


def _named(model: Graph, ids: Sequence[str]) -> list[Layer]:
    layers = by_id(model)
    return [layers[id_] for id_ in ids if id_ in layers]


@may_show("right-shape-wrong-layer", "wrong-cut")
def cut_at(evidence: Evidence, *, function: str, layer: str) -> Finding:
    """The tensor of `function` is the output of that layer of the network, by its place.

    layer: its id in the network's own graph.
    """
    model = graph(evidence, "cut", function)
    expected = f"the output of `{layer}`"
    ends = _named(model, model.outputs)
    shape = shape_text(ends[0].output_shape[1:]) if ends else "none"
    where = [end.id for end in ends]
    reference = ends[0].reference if len(ends) == 1 else ""
    if not reference and {left.reference for left in cuts(model)} == {layer}:
        return failed(
            f"What is taken is not the output of `{layer}`, but what your own layers make of it.",
            hint="Take the output of that layer itself; your own layers come behind it later.",
            seen=f"{', '.join(end.kind for end in ends)}, {shape}",
            expected=expected,
            where=where,
        )
    if reference != layer:
        own = f"a {ends[0].kind} that is not part of the network" if ends else "no layer"
        same_shape = bool(reference) and shape == _shape_of(evidence, layer)
        return failed(
            "The shape is the right one, but it comes from another layer."
            if same_shape
            else "The features are taken from another place of the network.",
            seen=f"the output of `{reference}`, {shape}" if reference else f"{own}, {shape}",
            expected=expected,
            where=where,
            shows=["right-shape-wrong-layer" if same_shape else "wrong-cut"],
        )
    if _probe_differs(evidence, function):
        return failed(
            "The tensor stands in the right place, but it does not compute what that layer does.",
            hint="See that the tensor is an output of the very network that was built before.",
            seen="other numbers than the network's own for the same images",
            expected=expected,
            where=where,
        )
    seen = f"the output of `{layer}`, {shape}"
    return passed("The features come from the right layer.", seen=seen, expected=expected)


def _shape_of(evidence: Evidence, reference: str) -> str:
    """Output shape of a place of the network, from whichever graph shows it."""
    layers = [layer for model in evidence.graphs.values() for layer in model.layers]
    shapes = (layer.output_shape[1:] for layer in layers if layer.reference == reference)
    return next(map(shape_text, shapes), "")


def _probe_differs(evidence: Evidence, function: str) -> bool:
    """Whether both answered the probe images and the answers cannot be of the same network.

    Only when the weights are the pretrained ones: else a difference is no news.
    """
    arrays = evidence.weights.get("base", ())
    value = ok_answer(evidence, (function,)).value
    if not isinstance(value, dict) or any(array.origin != "pretrained" for array in arrays):
        return False
    ours = _numbers(evidence.measured.probe if evidence.measured else None)
    theirs = _numbers(value.get("probe"))
    if not ours or not theirs:
        return False
    if len(ours) != len(theirs):
        return True
    size = max(map(abs, ours)) or 1.0
    return bool(max(map(abs, map(sub, ours, theirs))) > PROBE_TOLERANCE * size)


def _numbers(value: Any) -> list[float]:
    """A list of lists of finite numbers, flat; [] for anything else."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return []
    flat = [number for row in value for number in row]
    usable = {int, float}.issuperset(map(type, flat)) and all(map(math.isfinite, flat))
    return flat if usable else []


@may_show("sequential")
def continues_functionally(evidence: Evidence, *, function: str, layer: str) -> Finding:
    """A functional model from the network's own input, going on from the tensor it was given.

    layer: the one whose output that is where the notebook has none of its own.
    """
    model = graph(evidence, "final", function)
    expected = "a functional Model from the network's input to the new output"
    if model.style != "functional":
        return failed(
            "The final model is not built with the functional API.",
            seen=f"a {model.style} model ({model.class_name})",
            expected=expected,
            shows=["sequential"],
        )
    layers = by_id(model)
    used = model.used
    network = handed(evidence, model) & used
    if not network:
        return failed(
            "The pretrained network is not part of the final model: no image reaches its layers.",
            seen=f"{len(model.layers)} layers, none of the network",
            expected=expected,
            cause=WITHOUT_NETWORK,
        )
    starts = set(model.inputs) & used
    inputs = {layer.id for layer in model.layers if layer.kind == "InputLayer"}
    if len(model.inputs) != 1 or not starts <= network | inputs:
        return failed("The model does not start at the network's input.", expected=expected)
    left = {source for id_ in used - network for source in layers[id_].inputs if source in network}
    value = ok_answer(evidence, (function,)).value
    value = value if isinstance(value, dict) else {}
    if "other_network" in value and not _is_copy(evidence):
        return failed(
            "Another network is built instead of going on from the one that is there.",
            seen="another network",
            expected="the layers read `last_output`",
        )
    read = {layers[id_].reference or id_ for id_ in left}
    # the output of which layers the function was given: the student's own cut, else ours
    cut = evidence.graphs.get("cut")
    given = {layer}
    if cut is not None and value.get("carried") is not True:
        given = {end.reference or end.id for end in _named(cut, cut.outputs)}
    # who chose another tensor and reads the right one all the same has made one mistake
    if read not in (given, {layer}):
        shown = ", ".join(f"`{name}`" for name in sorted(read)) or "nothing of it"
        return failed(
            "The new layers do not go on from the output that was chosen for them.",
            seen=f"they read {shown}"[:200],
            expected="they read `last_output`",
            where=sorted(left),
        )
    return passed("A functional model from the network's input to the new output.")


def _is_copy(evidence: Evidence) -> bool:
    """Whether the network in the final model has, place by place, the numbers of the one that was
    handed to it: it was saved and loaded again, or cloned with its weights."""
    handed_over = {key: array.sha256 for key, array in _in_network(evidence, "base").items()}
    copied = _in_network(evidence, "final")
    return bool(copied) and all(
        array.origin == "pretrained" or array.sha256 == handed_over.get(key)
        for key, array in copied.items()
    )


def _in_network(evidence: Evidence, name: str) -> dict[tuple[str, str], WeightArray]:
    """(place in the network, name of the array) → array of that model."""
    model = evidence.graphs.get(name)
    places = (
        {layer.id: layer.reference for layer in model.layers if layer.reference} if model else {}
    )
    arrays = evidence.weights.get(name, ())
    return {(places[array.layer], array.name): array for array in arrays if array.layer in places}


def shape_text(shape: Sequence[int | None]) -> str:
    """(7, 7, 768) → "7×7×768"; a side that is open is "?"."""
    return "×".join("?" if side is None else str(side) for side in shape) or "a number"
