"""Which cells made the data of a notebook, so that they can be made of other files."""

import ast
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..kernel import history
from .answers import kind_of

DATA = {"DatasetV2", "Iterator", "PyDataset", "Sequence"}
"""Classes of TensorFlow and Keras whose objects deliver images."""
MADE_OF = {"list", "tuple", "dict", "set", "DataFrame", "Series", "NpzFile"}
"""Classes of what data are made of: names of files, images one by one."""


def is_data(value: Any) -> bool:
    """Something that delivers images: a data set, an iterator over folders, a Keras sequence."""
    homes = ("keras", "tf_keras", "tensorflow")
    return any(
        kind.__name__ in DATA and kind.__module__.partition(".")[0] in homes
        for kind in type(value).__mro__
    )


def is_rows(value: Any) -> bool:
    """An array or tensor with rows, not only something that says it has a shape."""
    if type(value).__module__.partition(".")[0] not in ("numpy", "tensorflow"):
        return False
    return hasattr(value, "__array__") and len(getattr(value, "shape", ())) > 0


def making(names: Iterable[str], notebook: Mapping[str, Any]) -> list[int]:
    """Numbers of the cells that made what bears these names, and the data, arrays and lists that
    these cells made it of."""
    wanted: set[str] = set(names)
    numbers: list[int] = []
    for number, cell in reversed(list(enumerate(history.cells()))):
        nodes = history.nodes_of(cell.source)
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        trains = any(getattr(node, "attr", "").startswith("fit") for node in nodes)
        # a list may be filled where no name is bound
        filled = {name for name in read & wanted if not trains and type(notebook.get(name)) is list}
        if wanted.intersection(cell.bound | changed_in_place(cell.source) | filled):
            numbers.append(number)
            wanted.update(name for name in read_through(read, notebook) if name in notebook)
    return numbers[::-1]


def read_through(names: Iterable[str], notebook: Mapping[str, Any]) -> Iterator[str]:
    """Those of the names, and of those that functions among them read, that stand for data or for
    what data are made of."""
    seen: set[str] = set()
    more = list(names)
    while more:
        name = more.pop()
        value = notebook.get(name)
        if name in seen:
            continue
        seen.add(name)
        if isinstance(value, types.FunctionType):
            more += names_read_by(value)
        elif (
            is_data(value)
            or is_rows(value)
            or (value is not None and kind_of(value) in MADE_OF and len(value))
        ):
            yield name


def changed_in_place(source: str) -> set[str]:
    """Names that code changes without binding them: `x /= 16`, `x[:5] = 0`."""
    return {name.id for node in history.nodes_of(source) for name in _targets(node)}


def _targets(node: ast.AST) -> Iterator[ast.Name]:
    targets: list[Any] = []
    if isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Assign):
        targets = [target for target in node.targets if isinstance(target, ast.Subscript)]
    for target in targets:
        inner = target
        while isinstance(inner, ast.Subscript | ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield inner


def names_read_by(function: Callable[..., Any]) -> list[str]:
    """Names that a function reads from outside, those of functions in it included."""
    return list(_outer_names(getattr(inspect.unwrap(function), "__code__", None)))


def _outer_names(code: Any) -> Iterator[str]:
    if isinstance(code, types.CodeType):
        yield from code.co_names
        for inner in code.co_consts:
            yield from _outer_names(inner)
