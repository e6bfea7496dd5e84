"""A model's neutral graph as a sandbox wrote it: parsed strictly, within bounds."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from grader.evidence.strict_json import parse_json
from grader.records import Graph, Layer

MAX_GRAPH_BYTES = 4 * 1024 * 1024
MAX_LAYERS = 2500
"""Twice those of the largest network of Keras, and some."""
MAX_INPUTS = 200
"""Of one node."""
MAX_NAME = 200
MAX_RANK = 8
MAX_SIDE = 10**9
MAX_PARAMETERS = 10**15
MAX_SETTINGS = 60
MAX_TEXT = 200
MAX_LIST = 64
MAX_WHOLE = 2**53
KIND = re.compile(r"(op:|custom:)?[A-Za-z0-9_.]{1,100}")
WORD = re.compile(r"[A-Za-z0-9_.:@+-]{0,100}")
"""Loss, optimizer, metrics."""


def parse(data: bytes | Mapping[str, Any]) -> Graph:
    """A graph as a sandbox wrote it. ValueError, in words for a student, when it is not one.

    `Layer.reference` is ours to set and refused here. Every node comes after those it reads.
    """
    value = parse_json(data, max_bytes=MAX_GRAPH_BYTES) if isinstance(data, bytes) else data
    try:
        graph = Graph.model_validate(value)
    except (ValidationError, RecursionError):
        raise ValueError("not in the form of a model's graph") from None
    if len(graph.layers) > MAX_LAYERS:
        raise ValueError(f"a model with more than {MAX_LAYERS} layers")
    _check_order(graph)
    for layer in graph.layers:
        _check_layer(layer)
    _check_compiled(graph)
    return graph


def _check_order(graph: Graph) -> None:
    seen: set[str] = set()
    for layer in graph.layers:
        if layer.id in seen:
            raise ValueError("two layers of the graph have the same id")
        if not seen.issuperset(layer.inputs):
            raise ValueError("a layer of the graph reads one that does not come before it")
        seen.add(layer.id)
    if len(graph.inputs) > MAX_INPUTS or len(graph.outputs) > MAX_INPUTS:
        raise ValueError("too many inputs or outputs")
    if not seen.issuperset((*graph.inputs, *graph.outputs)):
        raise ValueError("an input or output of the graph is no layer of it")
    if graph.style != "opaque" and not graph.outputs:
        raise ValueError("a graph without an output")


def _check_layer(layer: Layer) -> None:
    if layer.reference:
        raise ValueError("a layer that names its own place in the pretrained network")
    if not layer.id or not all(_name(text) for text in (layer.id, layer.name)):
        raise ValueError("a layer with an unusable name")
    if not KIND.fullmatch(layer.kind):
        raise ValueError("a layer whose class has an unusable name")
    if len(layer.inputs) > MAX_INPUTS:
        raise ValueError("a layer that reads too many others")
    sides = [side for side in layer.output_shape if side is not None]
    if len(layer.output_shape) > MAX_RANK or not all(0 <= side <= MAX_SIDE for side in sides):
        raise ValueError("a layer with an impossible output shape")
    if not 0 <= layer.trainable_parameters <= layer.parameters <= MAX_PARAMETERS:
        raise ValueError("a layer with an impossible number of parameters")
    if len(layer.settings) > MAX_SETTINGS or not _plain(layer.settings, 4):
        raise ValueError("a layer with unusable settings")


def _check_compiled(graph: Graph) -> None:
    words = (graph.loss.kind, graph.optimizer.kind, *graph.metrics)
    if len(graph.metrics) > MAX_LIST or not all(WORD.fullmatch(word) for word in words):
        raise ValueError("an unusable loss, optimizer or metric")
    if len(graph.optimizer.settings) > MAX_SETTINGS or not _plain(graph.optimizer.settings, 2):
        raise ValueError("an optimizer with unusable settings")
    if len(graph.optimizer.schedule) > MAX_SETTINGS or not _plain(graph.optimizer.schedule, 2):
        raise ValueError("an optimizer with an unusable plan of learning rates")
    if not all(_name(text) for text in (graph.class_name, graph.keras)):
        raise ValueError("a model with an unusable name")


def _name(text: str) -> bool:
    return len(text) <= MAX_NAME and text.isprintable()


def _plain(value: Any, depth: int) -> bool:
    """Short texts, numbers of usual size, short lists and tables, nested at most `depth` deep."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return bool(-MAX_WHOLE <= value <= MAX_WHOLE)
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and value.isprintable()
    if depth == 0 or not isinstance(value, dict | list) or len(value) > MAX_LIST:
        return False
    inner: Iterable[Any] = value
    if isinstance(value, dict):
        inner = (*value.keys(), *value.values())
    return all(_plain(part, depth - 1) for part in inner)
