"""Which numbers the pretrained network has inside a student's model."""

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from grader.evidence.graph import NUMBER_BYTES, ancestors, fingerprints, reference_graph
from grader.measure.plan import NotMeasurable
from grader.measure.tasks import Tasks, Weights
from grader.records import Evidence, Graph, Layer, WeightArray, digest

FLOATS = {"float16", "float32", "float64"}
"""Kinds of numbers that a network's weights may have."""


def weights_of(
    evidence: Evidence,
    graph: Graph,
    cut: str,
    out: Path,
    tasks: Tasks,
    models: tuple[str, ...] = ("final", "base"),
) -> Weights:
    """The pretrained numbers when every array below the cut has them, else the model's own.

    The arrays of the final model itself count where it was exported with them (it holds another
    network than the one that was handed over), else those of the network handed over. NotMeasurable
    when the model's own are needed and were not (all) exported. models: whose arrays may count, the
    best first.
    """
    name = next((name for name in models if evidence.weights.get(name)), "")
    if not name:
        return tasks.pretrained()  # the network is ours: the student's own could not be had
    below = ancestors(reference_graph(tasks.assets), [cut])
    needed = {key for key in fingerprints(tasks.assets) if key[0] in below}
    standing = {layer.id: layer.reference for layer in evidence.graphs.get(name, graph).layers}
    arrays = {
        (standing.get(array.layer, ""), array.name): (array, own)
        for array, own in _placed(evidence.weights[name])
    }
    if all(key in arrays and arrays[key][0].origin == "pretrained" for key in needed):
        return tasks.pretrained()
    if not all(key in arrays and arrays[key][0].dtype in FLOATS for key in needed):
        raise NotMeasurable("The weights of the pretrained network could not be read completely.")
    return Weights(
        digest=digest([[*key, *_numbers(arrays[key][0])] for key in sorted(needed)]),
        file=out / f"weights_{name}.bin",
        arrays=tuple({"layer": key[0], "name": key[1], **arrays[key][1]} for key in sorted(needed)),
    )


def own_numbers(evidence: Evidence, layers: Sequence[Layer], name: str, out: Path) -> Weights:
    """The numbers of these layers of an exported model: number of the layer → its arrays in order.

    NotMeasurable when they were not all exported.
    """
    numbers = {layer.id: number for number, layer in enumerate(layers)}
    placed = _placed(evidence.weights.get(name, ()))
    arrays = [(array, own) for array, own in placed if array.layer in numbers]
    exported = dict.fromkeys(numbers, 0)
    for array, _ in arrays:
        exported[array.layer] += prod(array.shape)
    complete = all(exported[layer.id] == layer.parameters for layer in layers)
    if not complete or any(array.dtype not in FLOATS for array, _ in arrays):
        raise NotMeasurable("The weights of the model's new layers could not be read completely.")
    return Weights(
        digest=digest(
            [[numbers[array.layer], array.name, *_numbers(array)] for array, _ in arrays]
        ),
        file=out / f"weights_{name}.bin",
        arrays=tuple(
            {"layer": str(numbers[array.layer]), "name": str(index), **own}
            for index, (array, own) in enumerate(arrays)
        ),
    )


def _numbers(array: WeightArray) -> tuple[Any, ...]:
    """What its numbers are: the same bytes are others in another shape or of another kind. Under it
    is kept, for other submissions too, what comes of them."""
    return list(array.shape), array.dtype, array.sha256


def _placed(arrays: tuple[WeightArray, ...]) -> list[tuple[WeightArray, dict[str, Any]]]:
    """Each array, and which bytes of the file are its own: the boundary has checked that arrays lie
    one after the other in their order."""
    placed, offset = [], 0
    for array in arrays:
        nbytes = prod(array.shape) * NUMBER_BYTES[array.dtype]
        own = {"shape": list(array.shape), "dtype": array.dtype, "offset": offset, "nbytes": nbytes}
        placed.append((array, own))
        offset += nbytes
    return placed
