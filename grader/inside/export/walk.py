"""Walks the graph of a Keras model from its outputs back to its inputs, through nested models."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from .operations import steps_of
from .symbolic import accepted
from .variables import inside, own_variables

MAX_NODES = 2500
MAX_DEPTH = 20
"""Models inside models."""
_FOLLOWED: MutableMapping[Any, Any] = WeakKeyDictionary()
"""Models and layers of a class of their own → a functional model of the same layers, or None."""


@dataclass(eq=False)
class Node:
    """One call of one layer."""

    layer: Any
    shape: list[int | None]
    inputs: list[Any]
    training: bool | None
    computes: tuple[str, dict[str, Any]] | None = None
    """(kind, settings) of a step of a bare operation."""
    id: str = ""


class Seen(NamedTuple):
    """The nodes in an order in which every node comes after those it reads."""

    style: str
    nodes: list[Node]
    inputs: list[str]
    outputs: list[str]


class _Opaque(Exception):
    """The model does not show what it computes."""


@dataclass(eq=False)
class _Scope:
    """One use of a (nested) model: which outer tensors stand for its inputs."""

    bound: dict[int, tuple[Any, _Scope]]
    training: bool | None
    depth: int
    inner: dict[tuple[int, int], _Scope] = field(default_factory=dict)


def follow(model: Any, shape: Any) -> None:
    """Have a model of a class of its own show what it computes for inputs of that shape: its `call`
    is gone through once with a symbolic tensor, as Keras does with a functional model's layers.
    Raises what such a `call` raises.

    shape: of several inputs a table or a list of shapes, which is how they are handed.
    """
    home = sys.modules[keras_of(model)]
    given = _symbolic(home, shape)
    plain = {"training": None} if "training" in signature(model.call).parameters else {}
    with accepted(home):
        _FOLLOWED[model] = home.Model(given, model.call(given, **plain))


def _symbolic(home: Any, shape: Any, name: str | None = None) -> Any:
    if isinstance(shape, dict):
        return {name: _symbolic(home, inner, name) for name, inner in shape.items()}
    if any(isinstance(inner, list) for inner in shape):
        return [_symbolic(home, inner) for inner in shape]
    return home.Input(tuple(shape), name=name)


def walk(model: Any) -> Seen:
    """The nodes of a Functional or Sequential model, or of one that was followed. Raises where it
    is opaque."""
    style = style_of(model)
    if style == "opaque" and (followed := _FOLLOWED.get(model)) is not None:
        return Seen("subclassed", *walk(followed)[1:])
    if style == "opaque":
        raise _Opaque
    graph = _graph(model)
    if graph is None:
        return _chain(model)
    inputs, outputs = graph
    walker = _Walker()
    top = _Scope({}, None, 0)
    ends = [walker.visit(tensor, top) for tensor in outputs]
    starts = [walker.visit(tensor, top) for tensor in inputs]
    walker.name()
    shown = "functional" if _wraps_functional(model, style) else style
    return Seen(shown, walker.order, [n.id for n in starts], [n.id for n in ends])


def _wraps_functional(model: Any, style: str) -> bool:
    """Whether a Sequential is a functional model behind layers that have nothing to learn, such as
    augmentation: another way to write that model."""
    if style != "sequential" or not model.layers:
        return False
    *before, last = model.layers
    learning = (layer for layer in before if type(layer).__name__ != "Normalization")
    return style_of(last) == "functional" and not any(layer.weights for layer in learning)


def style_of(model: Any) -> str:
    """ "functional", "sequential" or "opaque" (subclassed, or no Keras model at all)."""
    above = {
        kind.__name__: kind
        for kind in type(model).__mro__
        if kind.__module__.partition(".")[0] in ("keras", "tf_keras")
    }
    base: Any = above.get("Sequential", above.get("Functional"))
    if base is None:
        return "opaque"
    same = type(model).call is base.call and "call" not in vars(model)
    return base.__name__.lower() if same else "opaque"


def keras_of(model: Any) -> str:
    """The module of the model's Keras: "keras" or "tf_keras"."""
    homes = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    return "tf_keras" if "tf_keras" in homes else "keras"


def _graph(model: Any) -> tuple[list[Any], list[Any]] | None:
    """(inputs, outputs) as flat lists of symbolic tensors; None for a model that has none yet."""
    inner = getattr(model, "_functional", None)
    try:
        return _flat((inner or model).inputs), _flat((inner or model).outputs)
    except Exception:  # noqa: BLE001 - an unbuilt Sequential raises here, each Keras its own
        return None


def _graph_inside(layer: Any, call: int) -> tuple[list[Any], list[Any]] | None:
    """That of a layer which is made of layers: a nested model, or a class of the student's that has
    nothing to learn but what its layers have; None for any other one."""
    if style_of(layer) != "opaque":
        return _graph(layer)
    if layer not in _FOLLOWED:
        _FOLLOWED[layer] = None
        given = _inputs(layer, call)
        plain = keras_of(layer) in type(layer).__module__.split(".")
        if not plain and len(given) == 1 and inside(layer) and not own_variables(layer):
            with contextlib.suppress(Exception):  # whatever it does, it is only not visible
                follow(layer, _shape(given[0])[1:])
    followed = _FOLLOWED[layer]
    return None if followed is None else _graph(followed)


def _flat(tensors: Any) -> list[Any]:
    if isinstance(tensors, dict):
        return [leaf for key in sorted(tensors) for leaf in _flat(tensors[key])]
    if isinstance(tensors, list | tuple):
        return [leaf for part in tensors for leaf in _flat(part)]
    if tensors is None:
        raise _Opaque
    return [tensors]


def _chain(model: Any) -> Seen:
    """An unbuilt Sequential: its layers one after the other, without shapes."""
    walker = _Walker()
    for layer in list(model.layers)[:MAX_NODES]:
        if style_of(layer) != "opaque":
            raise _Opaque
        before = [walker.order[-1]] if walker.order else []
        walker.order.append(Node(layer, [], before, None))
    walker.name()
    ids = [node.id for node in walker.order]
    return Seen("sequential", walker.order, ids[:1], ids[-1:])


class _Walker:
    def __init__(self) -> None:
        self.order: list[Node] = []
        self.done: dict[tuple[int, int, int], Node] = {}
        self.kept: list[Any] = []
        """Everything whose id() is a key here must stay alive."""

    def visit(self, tensor: Any, scope: _Scope) -> Node:
        """The node that makes `tensor`; all nodes before it are put in order first."""
        stack = [(tensor, scope)]
        while stack:
            tensor, scope = self._origin(*stack[-1])
            layer, call, _ = _history(tensor)
            key = (id(scope), id(layer), call)
            if key in self.done:
                stack.pop()
                continue
            sources = [self._origin(t, scope) for t in _inputs(layer, call)]
            keys = [(id(s), id(_history(t)[0]), _history(t)[1]) for t, s in sources]
            waiting = [s for s, k in zip(sources, keys, strict=True) if k not in self.done]
            if waiting:
                stack.extend(reversed(waiting))
                if len(stack) > 4 * MAX_NODES:
                    raise _Opaque
                continue
            if len(self.order) >= MAX_NODES:
                raise _Opaque
            inputs = [self.done[k] for k in keys]
            self.done[key] = self._add(tensor, inputs, _training(layer, call, scope))
            self.kept.extend((scope, layer))
        return self.done[key]

    def _add(self, tensor: Any, inputs: list[Node], training: bool | None) -> Node:
        """The node of the call that makes `tensor`; the last one where its steps can be said."""
        layer, call, _ = _history(tensor)
        steps = steps_of(layer, call, _inputs(layer, call))
        first = len(self.order)
        for kind, settings, shape, sources in steps:
            reads = [self.order[first + n] if n >= 0 else inputs[-1 - n] for n in sources]
            ends = len(self.order) - first == len(steps) - 1
            shown = _shape(tensor) if ends else shape
            self.order.append(Node(layer, shown, reads, None, (kind, settings)))
        if not steps:
            inputs = inputs[:1] if len(set(inputs)) == 1 else inputs
            self.order.append(Node(layer, _shape(tensor), inputs, training))
        return self.order[-1]

    def _origin(self, tensor: Any, scope: _Scope) -> tuple[Any, _Scope]:
        """Through the walls of nested models: the tensor that is really meant, and its scope."""
        while True:
            if id(tensor) in scope.bound:
                tensor, scope = scope.bound[id(tensor)]
                continue
            layer, call, output = _history(tensor)
            graph = _graph_inside(layer, call)
            if graph is None:
                return tensor, scope
            inputs, outputs = graph
            key = (id(layer), call)
            if key not in scope.inner:
                scope.inner[key] = self._enter(layer, call, inputs, scope)
            tensor, scope = outputs[output], scope.inner[key]

    def _enter(self, layer: Any, call: int, inputs: list[Any], scope: _Scope) -> _Scope:
        if scope.depth >= MAX_DEPTH:
            raise _Opaque
        given = _inputs(layer, call)
        if len(given) != len(inputs):
            raise _Opaque
        bound = {id(mine): (outer, scope) for mine, outer in zip(inputs, given, strict=True)}
        self.kept.extend((inputs, given))
        return _Scope(bound, _training(layer, call, scope), scope.depth + 1)

    def name(self) -> None:
        """Give ids: a layer's name where it is free, else with a number behind it."""
        taken: set[str] = set()
        for node in self.order:
            stem = str(getattr(node.layer, "name", "") or "layer")[:180]
            name, number = stem, 1
            while name in taken:
                number += 1
                name = f"{stem}#{number}"
            taken.add(name)
            node.id = name
        for node in self.order:
            node.inputs = [before.id for before in node.inputs]


def _history(tensor: Any) -> tuple[Any, int, int]:
    """(layer, index of its call, index among the outputs of that call)."""
    layer, call, output = tensor._keras_history
    return layer, int(call), int(output)


def _inputs(layer: Any, call: int) -> list[Any]:
    """The tensors that a call reads, but for the masks that Keras hands on beside them."""
    node = layer._inbound_nodes[call]
    if node.is_input:
        return []
    tensors = getattr(node, "keras_inputs", None)
    given = list(node.input_tensors if tensors is None else tensors)
    masks = {id(getattr(tensor, "_keras_mask", None)) for tensor in given}
    return [tensor for tensor in given if id(tensor) not in masks]


def _training(layer: Any, call: int, scope: _Scope) -> bool | None:
    """The argument `training` of that call, else of its scope's: None when it has no effect.

    In Keras 3 `fit` and `predict` override it in every layer of a functional model (tried with
    3.15.1: `functional.operation_fn`), so there it never has.
    """
    given = getattr(layer._inbound_nodes[call], "call_kwargs", None) or {}
    value = given.get("training")
    return value if isinstance(value, bool) else scope.training


def _shape(tensor: Any) -> list[int | None]:
    shape = tensor.shape
    sides = shape.as_list() if hasattr(shape, "as_list") else list(shape)
    return [None if side is None else int(side) for side in sides]
