"""Where each node of a model stands in the pretrained network: by structure, never by name alone.

A place is what a node computes: its class, its settings and the places it reads. Inside a block of
parallel branches several nodes can look alike from below; what reads them tells them apart, so
places are found from below and settled from above.
"""

import json

from grader.records import Graph, Layer

NOT_COMPUTING = ("_initializer", "_regularizer", "_constraint")
ONLY_IN_TRAINING = {"training", "momentum"}
NUMBERS = {"mean", "variance"}
"""Of a Normalization: what weights are to other layers."""
INPUT = "InputLayer"
PREPARING = {
    "Rescaling", "Normalization", "Resizing", "CenterCrop", "GaussianNoise", "Identity", "Reshape",
}  # fmt: skip
"""Such layers (and Random…, bare operations, and the student's own without numbers to learn)
between the input and the network leave its places what they are."""


def annotate(graph: Graph, reference: Graph) -> Graph:
    """The graph with `Layer.reference` set: the id in `reference` of the node in the same place.

    Two nodes never get the same place. Input layers get none.
    """
    numbers: dict[str, int] = {}
    original = _classes(reference, numbers)
    standing: dict[int, list[Layer]] = {}
    for layer in reference.layers:
        if layer.kind != INPUT:
            standing.setdefault(original[layer.id], []).append(layer)
    places = _settle(graph, _classes(graph, numbers), standing)
    layers = tuple(
        layer.model_copy(update={"reference": places.get(layer.id, "")}) for layer in graph.layers
    )
    return graph.model_copy(update={"layers": layers})


def _classes(graph: Graph, numbers: dict[str, int]) -> dict[str, int]:
    """Node → number of what it computes; equal numbers over all graphs of one `numbers`, which
    holds what is computed → its number."""
    classes: dict[str, int] = {}
    for layer in graph.layers:
        sources = [classes[source] for source in layer.inputs]
        own = layer.kind.startswith("custom:") and not layer.parameters
        prepares = own or layer.kind in PREPARING or layer.kind.startswith(("Random", "op:"))
        if layer.kind == INPUT or (prepares and sources == [numbers.get(INPUT)]):
            key = INPUT
        else:
            key = _key(layer, sources)
        classes[layer.id] = numbers.setdefault(key, len(numbers))
    return classes


def _key(layer: Layer, sources: list[int]) -> str:
    settings = {
        name: float(value) if type(value) is int else value
        for name, value in layer.settings.items()
        if name not in ONLY_IN_TRAINING | NUMBERS and not name.endswith(NOT_COMPUTING)
    }
    return json.dumps([layer.kind, settings, layer.parameters, sources], sort_keys=True)


def _settle(
    graph: Graph, classes: dict[str, int], standing: dict[int, list[Layer]]
) -> dict[str, str]:
    """From the outputs back: a node in a settled place settles the places of those it reads.

    standing: number of what is computed → the network's own nodes that compute it.
    """
    places: dict[str, str] = {}
    taken: set[str] = set()
    wished: dict[str, str] = {}
    for layer in reversed(graph.layers):
        free = [node for node in standing.get(classes[layer.id], ()) if node.id not in taken]
        if not free or layer.kind == INPUT:
            continue
        wish = wished.get(layer.id, layer.name)
        node = next((node for node in free if node.id == wish), free[0])
        places[layer.id] = node.id
        taken.add(node.id)
        for source, original in zip(layer.inputs, node.inputs, strict=True):
            wished.setdefault(source, original)
    return places
