"""The model's picture as data: the pretrained network collapsed into its blocks, the head whole."""

import re
from collections.abc import Set
from typing import Literal

from grader.evidence.graph.walk import ancestors, preparation
from grader.records import Block, Diagram, Graph, Layer

STEM = "stem"
State = Literal["frozen", "trainable", "mixed", "none"]
Part = Literal["input", "base", "head"]


def draw_diagram(graph: Graph, ends: str = "") -> Diagram:
    """The blocks of an annotated graph, in order, and what they add up to.

    ends: expression for the pretrained network's own names of the nodes that end its blocks.
    """
    grouped = _grouped(graph, ends)
    block_of = {layer.id: name for name, layers in grouped.items() for layer in layers}
    before = {layer.id for layer in preparation(graph)}
    blocks = [
        _block(name, layers, block_of, before, graph.used) for name, layers in grouped.items()
    ]
    return Diagram(
        blocks=tuple(blocks),
        parameters=sum(layer.parameters for layer in graph.layers),
        trainable_parameters=sum(layer.trainable_parameters for layer in graph.layers),
        loss=graph.loss.kind + (" (from logits)" if graph.loss.from_logits else ""),
        optimizer=_optimizer(graph),
        metrics=graph.metrics,
    )


def _grouped(graph: Graph, ends: str) -> dict[str, list[Layer]]:
    """Block id → its layers. Order of blocks: that of their last layer, so inputs come before."""
    network = _network_blocks(graph, ends)
    groups: dict[str, list[Layer]] = {}
    for layer in graph.layers:
        name = network.get(layer.id, layer.id)
        groups[name] = [*groups.pop(name, []), layer]
    return groups


def _network_blocks(graph: Graph, pattern: str) -> dict[str, str]:
    """Layer id → block id for the layers of the pretrained network."""
    own = [layer for layer in graph.layers if layer.reference]
    ends = [layer for layer in own if re.fullmatch(pattern, layer.reference)]
    # each node belongs to the first end that it leads to
    number = {end.id: index for index, end in enumerate(ends)}
    for layer in reversed(graph.layers):
        if layer.id in number:
            for source in layer.inputs:
                number[source] = min(number.get(source, len(ends)), number[layer.id])
    blocks = {id_: ends[index].reference for id_, index in number.items()}
    if ends:
        inside = {id_ for id_, index in number.items() if index == 0}
        blocks |= dict.fromkeys(_before_branches(graph, ends[0], inside), STEM)
    rest = f"after {ends[-1].reference}" if ends else "pretrained network"
    ids = {layer.id for layer in own}
    known = {id_: name for id_, name in blocks.items() if id_ in ids}
    named = known | {id_: rest for id_ in ids - blocks.keys()}
    taken = {layer.id for layer in graph.layers} - ids
    return {id_: f"{name} block" if name in taken else name for id_, name in named.items()}


def _before_branches(graph: Graph, end: Layer, inside: Set[str]) -> Set[str]:
    """What lies below the last node that every way to `end` leads through: nothing behind it reads
    what stands before it."""
    way = [layer for layer in graph.layers if layer.id in inside]
    number = {layer.id: index for index, layer in enumerate(way)}
    earliest = number[end.id]
    for index in range(number[end.id], 0, -1):
        sources = [number[source] for source in way[index].inputs if source in number]
        earliest = min(earliest, *(sources or [-1]))
        if earliest == index - 1:
            return ancestors(graph, [way[index - 1].id])
    return set()


def _block(
    name: str, layers: list[Layer], block_of: dict[str, str], before: Set[str], way: Set[str]
) -> Block:
    last = layers[-1]
    part: Part = "head"
    if last.reference:
        part = "base"
    elif last.kind == "InputLayer" or last.id in before:
        part = "input"
    sources = [block_of[source] for layer in layers for source in layer.inputs]
    return Block(
        id=name,
        title=name if part == "base" else last.name or last.kind,
        part=part,
        kind="block" if part == "base" else last.kind,
        layers=tuple(layer.id for layer in layers),
        state=_state(layers),
        parameters=sum(layer.parameters for layer in layers),
        trainable_parameters=sum(layer.trainable_parameters for layer in layers),
        output_shape=last.output_shape,
        detail="" if part == "base" else detail(last),
        inputs=tuple(dict.fromkeys(source for source in sources if source != name)),
        used=any(layer.id in way for layer in layers),
    )


def _state(layers: list[Layer]) -> State:
    able = [layer for layer in layers if layer.parameters]
    live = [layer for layer in able if layer.trainable_parameters]
    if not able:
        return "none"
    if not live:
        return "frozen"
    return "trainable" if len(live) == len(able) else "mixed"


def detail(layer: Layer) -> str:
    """What matters about a layer in a few words: "1024 units, relu", "rate 0.2"."""
    settings = layer.settings
    words = []
    if isinstance(settings.get("units"), int):
        words.append(f"{settings['units']} unit{'s' if settings['units'] != 1 else ''}")
    if isinstance(settings.get("filters"), int):
        size = settings.get("kernel_size")
        sides = "×".join(str(side) for side in size) if isinstance(size, list) else ""
        words.append(f"{settings['filters']} filters {sides}".strip())
    if isinstance(settings.get("pool_size"), list):
        words.append("×".join(str(side) for side in settings["pool_size"]))
    if isinstance(settings.get("rate"), int | float):
        words.append(f"rate {settings['rate']:g}")
    if isinstance(settings.get("scale"), float):
        words.append(f"scale {settings['scale']:g}")
    if "units" in settings or "filters" in settings or layer.kind == "Activation":
        words.append(str(settings.get("activation") or "linear"))
    return ", ".join(words)[:100]


def _optimizer(graph: Graph) -> str:
    rate = graph.optimizer.learning_rate
    said = "" if rate is None else f", learning rate {rate:g}"
    return graph.optimizer.kind + said if graph.optimizer.kind else ""
