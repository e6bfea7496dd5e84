"""Walking the neutral graph: what leads where, and where the pretrained network ends."""

from __future__ import annotations

from grader.evidence.graph.ways import ancestors
from grader.records import Graph, Layer, Remembered


def used(graph: Graph) -> tuple[Layer, ...]:
    """The layers on the way to an output, each after those it reads."""
    return _used.of(graph)


def _on_the_way(graph: Graph) -> tuple[Layer, ...]:
    ids = ancestors(graph, graph.outputs)
    return tuple(layer for layer in graph.layers if layer.id in ids)


def consumers(graph: Graph, id_: str) -> tuple[Layer, ...]:
    """The layers that read this one."""
    return tuple(layer for layer in graph.layers if id_ in layer.inputs)


def cuts(graph: Graph) -> tuple[Layer, ...]:
    """The nodes of the pretrained network whose output leaves it: read by a new layer that is on
    the way to the output, or an output themselves."""
    way = used(graph)
    left = {source for layer in way if not layer.reference for source in layer.inputs}
    ends = left | set(graph.outputs)
    return tuple(layer for layer in way if layer.reference and layer.id in ends)


def cut(graph: Graph) -> Layer | None:
    """The one node where the output leaves the pretrained network; None when there is none or
    there are several."""
    found = cuts(graph)
    return found[0] if len(found) == 1 else None


def preparation(graph: Graph) -> tuple[Layer, ...]:
    """New layers between the model's input and the pretrained network (rescaling, augmentation)."""
    return _prepared.of(graph)


def _before_network(graph: Graph) -> tuple[Layer, ...]:
    own = [layer.id for layer in used(graph) if layer.reference]
    before = ancestors(graph, own)
    return tuple(
        layer
        for layer in used(graph)
        if layer.id in before and not layer.reference and layer.kind != "InputLayer"
    )


def head(graph: Graph) -> tuple[Layer, ...]:
    """The new layers between the pretrained network (or the input, without one) and the output."""
    before = {layer.id for layer in preparation(graph)}
    return tuple(
        layer
        for layer in used(graph)
        if not layer.reference and layer.kind != "InputLayer" and layer.id not in before
    )


_used, _prepared = Remembered(_on_the_way), Remembered(_before_network)
