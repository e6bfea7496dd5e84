"""Where each node of a model stands in the pretrained network: by structure, never by name alone.

A place is what a node computes: its class, its settings and the places it reads. Inside a block of
parallel branches several nodes can look alike from below; what reads them tells them apart, so
places are found from below and settled from above.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.records import Graph, Layer, Remembered

NOT_COMPUTING = ("_initializer", "_regularizer", "_constraint")
ONLY_IN_TRAINING = {"training", "momentum"}
INPUT = "InputLayer"
PREPARING = {
    "Rescaling",
    "Normalization",
    "Resizing",
    "CenterCrop",
    "GaussianNoise",
    "Identity",
}
"""Such layers (and Random…) between the input and the network leave its places what they are."""


@dataclass(frozen=True)
class _Reference:
    """What is known of the pretrained network's own graph."""

    table: dict[str, int]
    """What a node computes → its number."""
    candidates: dict[int, list[str]]
    """Number → ids of the nodes that compute it."""
    layers: dict[str, Layer]


def annotate(graph: Graph, reference: Graph) -> Graph:
    """The graph with `Layer.reference` set: the id in `reference` of the node in the same place.

    Two nodes never get the same place. Input layers get none.
    """
    known = _known.of(reference)
    ours = _classes(graph, dict(known.table))
    places = _settle(graph, known, ours)
    layers = tuple(
        layer.model_copy(update={"reference": places.get(layer.id, "")}) for layer in graph.layers
    )
    return graph.model_copy(update={"layers": layers})


def _look_at(reference: Graph) -> _Reference:
    """Once: the pretrained network is the same for all submissions."""
    table: dict[str, int] = {}
    theirs = _classes(reference, table)
    candidates: dict[int, list[str]] = {}
    for layer in reference.layers:
        if layer.kind != INPUT:
            candidates.setdefault(theirs[layer.id], []).append(layer.id)
    return _Reference(table, candidates, {one.id: one for one in reference.layers})


_known = Remembered(_look_at)


def _classes(graph: Graph, table: dict[str, int]) -> dict[str, int]:
    """Node → number of what it computes; equal numbers over all graphs of one `table`."""
    classes: dict[str, int] = {}
    for layer in graph.layers:
        sources = [classes[one] for one in layer.inputs]
        if layer.kind == INPUT or (_prepares(layer) and sources == [table.get(INPUT)]):
            key = INPUT
        else:
            key = _key(layer, sources)
        classes[layer.id] = table.setdefault(key, len(table))
    return classes


def _prepares(layer: Layer) -> bool:
    return layer.kind in PREPARING or layer.kind.startswith("Random")


def _key(layer: Layer, sources: list[int]) -> str:
    settings = {
        name: float(value) if type(value) is int else value
        for name, value in layer.settings.items()
        if name not in ONLY_IN_TRAINING and not name.endswith(NOT_COMPUTING)
    }
    return json.dumps([layer.kind, settings, layer.parameters, sources], sort_keys=True)


def _settle(graph: Graph, known: _Reference, ours: dict[str, int]) -> dict[str, str]:
    """From the outputs back: a node in a settled place settles the places of those it reads."""
    places: dict[str, str] = {}
    taken: set[str] = set()
    wished: dict[str, str] = {}
    for layer in reversed(graph.layers):
        free = [one for one in known.candidates.get(ours[layer.id], ()) if one not in taken]
        if not free or layer.kind == INPUT:
            continue
        wish = wished.get(layer.id, layer.name)
        place = wish if wish in free else free[0]
        places[layer.id] = place
        taken.add(place)
        for source, original in zip(layer.inputs, known.layers[place].inputs, strict=True):
            wished.setdefault(source, original)
    return places
