"""Walking the neutral graph: what leads where, and where the pretrained network ends.

Every node of a parsed graph comes after those it reads; so one way through its layers is enough.
"""

from collections.abc import Iterable

from grader.records import Graph, Layer


def by_id(graph: Graph) -> dict[str, Layer]:
    """Id → layer."""
    return {layer.id: layer for layer in graph.layers}


def ancestors(graph: Graph, ids: Iterable[str], *, without: Iterable[str] = ()) -> set[str]:
    """Ids of the nodes that lead to `ids`, those themselves included, never through `without`."""
    closed, read, leading = set(without), set(ids), set[str]()
    for layer in reversed(graph.layers):
        if layer.id in read and layer.id not in closed:
            leading.add(layer.id)
            read.update(layer.inputs)
    return leading


def paths_pass(graph: Graph, start: str, through: Iterable[str], end: str) -> bool:
    """Whether there is a way from `start` to `end` and every one leads through a node of
    `through`."""
    connected = start in ancestors(graph, [end])
    return connected and start not in ancestors(graph, [end], without=through)


def used(graph: Graph) -> tuple[Layer, ...]:
    """The layers on the way to an output, each after those it reads."""
    return tuple(layer for layer in graph.layers if layer.id in graph.used)


def cuts(graph: Graph) -> tuple[Layer, ...]:
    """The nodes of the pretrained network whose output leaves it: read by a new layer that is on
    the way to the output, or an output themselves."""
    way = used(graph)
    left = {source for layer in way if not layer.reference for source in layer.inputs}
    ends = left | set(graph.outputs)
    return tuple(layer for layer in way if layer.reference and layer.id in ends)


def preparation(graph: Graph) -> tuple[Layer, ...]:
    """New layers between the model's input and the pretrained network (rescaling, augmentation)."""
    way = used(graph)
    before = ancestors(graph, [layer.id for layer in way if layer.reference])
    return tuple(layer for layer in way if layer.id in before and _is_new(layer))


def head(graph: Graph) -> tuple[Layer, ...]:
    """The new layers between the pretrained network (or the input, without one) and the output."""
    before = {layer.id for layer in preparation(graph)}
    return tuple(layer for layer in used(graph) if layer.id not in before and _is_new(layer))


def _is_new(layer: Layer) -> bool:
    return not layer.reference and layer.kind != "InputLayer"
