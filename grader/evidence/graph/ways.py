"""What leads where in a graph. What was found out about a graph is kept while it lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from grader.records import Graph, Layer, Remembered


class _Known:
    """What was found out about one graph."""

    def __init__(self, graph: Graph) -> None:
        self.layers = MappingProxyType({layer.id: layer for layer in graph.layers})
        self.above: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}


_graphs = Remembered(_Known)


def by_id(graph: Graph) -> Mapping[str, Layer]:
    """Id → layer."""
    return _graphs.of(graph).layers


def ancestors(graph: Graph, ids: Iterable[str], *, without: Iterable[str] = ()) -> frozenset[str]:
    """Ids of the nodes that lead to `ids`, those themselves included, never through `without`."""
    known, asked = _graphs.of(graph), (frozenset(ids), frozenset(without))
    if asked not in known.above:
        known.above[asked] = _ancestors(known.layers, *asked)
    return known.above[asked]


def _ancestors(
    layers: Mapping[str, Layer], ids: frozenset[str], closed: frozenset[str]
) -> frozenset[str]:
    found, todo = set[str](), [one for one in ids if one in layers]
    while todo:
        one = todo.pop()
        if one not in found and one not in closed:
            found.add(one)
            todo.extend(layers[one].inputs)
    return frozenset(found)


def paths_pass(graph: Graph, start: str, through: Iterable[str], end: str) -> bool:
    """Whether there is a way from `start` to `end` and every one leads through a node of
    `through`."""
    connected = start in ancestors(graph, [end])
    return connected and start not in ancestors(graph, [end], without=through)
