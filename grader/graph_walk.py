"""Walking the neutral graph: what leads where, and where the pretrained network ends."""

from __future__ import annotations

from collections.abc import Iterable

from grader.records import Graph, Layer


def by_id(graph: Graph) -> dict[str, Layer]:
    """Id → layer."""
    return {layer.id: layer for layer in graph.layers}


def ancestors(graph: Graph, ids: Iterable[str], *, without: Iterable[str] = ()) -> set[str]:
    """Ids of the nodes that lead to `ids`, those themselves included, never through `without`."""
    layers, found, closed = by_id(graph), set[str](), set(without)
    todo = [one for one in ids if one in layers and one not in closed]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo.extend(before for before in layers[one].inputs if before not in closed)
    return found


def used(graph: Graph) -> tuple[Layer, ...]:
    """The layers on the way to an output, each after those it reads."""
    ids = ancestors(graph, graph.outputs)
    return tuple(layer for layer in graph.layers if layer.id in ids)


def consumers(graph: Graph, id_: str) -> tuple[Layer, ...]:
    """The layers that read this one."""
    return tuple(layer for layer in graph.layers if id_ in layer.inputs)


def paths_pass(graph: Graph, start: str, through: Iterable[str], end: str) -> bool:
    """Whether there is a way from `start` to `end` and every one leads through a node of
    `through`."""
    connected = start in ancestors(graph, [end])
    return connected and start not in ancestors(graph, [end], without=through)


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
