"""The data that flat code leaves: data sets by what they are, arrays of images by what is trained
with them.

An array does not say what it is for. The call of `fit` does, and what it is handed may stand
nowhere else (`fit(x / 255, y)`, `fit(data.map(scale))`): its arguments are evaluated once more.
"""

import ast
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from ..kernel import history
from .answers import attempt
from .arrays import SPLITS, left, splits_of
from .called import value_of
from .flat import Left, named_values, read_again
from .looking import cardinality, elements, parts_of
from .making import is_data, is_rows, making

IMAGES = 4
"""Axes of an array of images."""
USUAL_BATCH = "32"
"""Of Keras, where `fit` is told none."""
SECONDS = 20
FITS = ("fit", "fit_generator")


class Kept(NamedTuple):
    """What flat code keeps as its data."""

    name: str
    """Of the first of its objects."""
    again: Callable[[], list[Any]]
    """[training, validation], made once more; None for one that is not there."""


@dataclass(frozen=True)
class _Source:
    """One split, as expressions of the notebook."""

    inputs: ast.expr
    labels: ast.expr | None = None
    batch: ast.expr | None = None
    """Of arrays; without it they are one."""

    def names(self) -> list[str]:
        parts = [part for part in (self.inputs, self.labels) if part is not None]
        return [node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)]

    def value(self, notebook: Mapping[str, Any]) -> Any:
        """A data set, or arrays in the batches in which they are trained with; None for else."""
        inputs = value_of(self.inputs, notebook)
        labels = None if self.labels is None else value_of(self.labels, notebook)
        if is_data(inputs) or type(inputs) is types.GeneratorType:
            return inputs
        if isinstance(inputs, tuple | list) and labels is None and len(inputs) > 1:
            inputs, labels = inputs[:2]
        if not is_images(inputs):
            return None
        size = None if self.batch is None else value_of(self.batch, notebook)
        size = size if type(size) is int and size > 0 else len(inputs) or 1
        parts = [inputs] if labels is None else [inputs, labels]
        return [
            tuple(part[start : start + size] for part in parts)
            for start in range(0, len(inputs), size)
        ]


def is_images(value: Any) -> bool:
    return is_rows(value) and len(value.shape) == IMAGES


def kept_data(notebook: dict[str, Any], hints: Mapping[str, Sequence[str]]) -> Kept | None:
    """What `fit` is handed, unless it is only a part of the data set of that name; else data sets,
    then arrays, by their names. None where there is nothing."""
    kept = Left(notebook, hints)
    names = kept.data() or ["", ""]
    read = map(_read, names)
    named = [_Source(expression) if expression else None for expression in read]
    sources = [
        trained if trained and _is_more(trained, data, kept.notebook) else data
        for trained, data in zip(_handed(kept), named, strict=True)
    ]
    if None in sources:
        batch = next((source.batch for source in sources if source), None)
        pairs = zip(sources, _by_name(notebook, hints.get("data", ())), strict=True)
        sources = [source or (array and replace(array, batch=batch)) for source, array in pairs]
    used = [name for source in sources if source for name in source.names()]
    first = next((name for name in used if name in notebook), "")
    if not any(sources):
        return None
    texts = [ast.unparse(source.inputs) if source else "" for source in sources]
    if all(not text or is_data(kept.notebook.get(text)) for text in texts):
        return Kept(next(filter(None, texts)), partial(read_again, notebook, texts))
    return Kept(first, partial(_made_again, notebook, sources, used))


def reach_of_training(notebook: dict[str, Any], hints: Mapping[str, Sequence[str]]) -> list[float]:
    """[least, largest] value of a first batch of what `fit` is handed, of the notebook's own data;
    [] where that is not known. What can be gone through only once is left alone."""
    kept = Left(notebook, hints)
    source = _handed(kept)[0]

    def look() -> list[float]:
        data = source and source.value(kept.notebook)
        if data is None or type(data) is types.GeneratorType:
            return []
        images, _ = parts_of(next(iter(elements(data))))
        return [] if images is None else [float(images.min()), float(images.max())]

    return attempt(look, SECONDS)[1] or []


def _read(code: str) -> ast.expr | None:
    """None of a name that only `globals()` can have."""
    try:
        return ast.parse(code, mode="eval").body
    except SyntaxError:
        return None


def _is_more(trained: _Source, data: _Source | None, notebook: Mapping[str, Any]) -> bool:
    """Whether images are what is trained with, and not fewer than in the data set."""
    # of arrays nothing is computed, they may be large
    if any(map(is_images, map(notebook.get, trained.names()))):
        return True
    status, values, _ = attempt(
        lambda: [source and source.value(notebook) for source in (trained, data)], SECONDS
    )
    if status != "ok" or values[0] is None:
        return False
    counts = [cardinality(value) for value in values]
    return values[1] is None or not 0 <= (counts[0] or 0) < (counts[1] or 0)


def _made_again(
    notebook: dict[str, Any], sources: Sequence[_Source | None], names: Sequence[str]
) -> list[Any]:
    history.again(making(names, notebook))
    values = named_values(notebook)
    return [source and source.value(values) for source in sources]


def _handed(kept: Left) -> list[_Source | None]:
    """[training, validation] of the last `fit` of the final model."""
    final = kept.head()
    for call in _fits():
        receiver = getattr(call.func, "value", None)
        if kept.notebook.get(getattr(receiver, "id", "")) is final:
            return _sources(call)
    return [None, None]


def _fits() -> Iterator[ast.Call]:
    """Calls of `fit`, the last cell's first."""
    for cell in reversed(history.cells()):
        for node in history.nodes_of(cell.source):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in FITS:
                yield node


def _sources(call: ast.Call) -> list[_Source | None]:
    named = {word.arg: word.value for word in call.keywords}
    placed = dict(zip(("x", "y", "batch_size"), call.args, strict=False))
    if getattr(call.func, "attr", "") == "fit_generator":
        placed = {"x": call.args[0]} if call.args else {}
    given = placed | named
    inputs, checking = given.get("x", given.get("generator")), given.get("validation_data")
    size = given.get("batch_size", ast.parse(USUAL_BATCH, mode="eval").body)
    return [
        _Source(inputs, given.get("y"), size) if inputs is not None else None,
        _Source(checking, None, given.get("validation_batch_size", size)) if checking else None,
    ]


def _by_name(notebook: Mapping[str, Any], hints: Sequence[str]) -> list[_Source | None]:
    """[training, validation] of arrays of images whose names say what they are for."""
    names = left({name: value for name, value in notebook.items() if is_rows(value)}, hints)
    found: dict[str, _Source] = {}
    for inputs, labels in splits_of({name: notebook[name] for name in names}) or ():
        pair = [next((n for n in names if notebook[n] is part), "") for part in (inputs, labels)]
        read = [expression for expression in map(_read, pair) if expression]
        if is_images(inputs) and len(read) == len(pair):
            words = [word for word in SPLITS if word in pair[0].lower()]
            found.setdefault(words[0], _Source(*read))
    return [found.get("train"), found.get("val", found.get("test"))]


def both_of(got: Any) -> list[Any]:
    """What a data function returned as [training, validation].

    A tuple or list as it is, one data set alone, a dictionary by its keys, else in its order;
    arrays that stand in it one by one as pairs. None for one that is missing; [] for anything else.
    What comes behind the first two, as data to test with, is no matter.
    """
    if any(map(is_rows, _inner(got))) and (pairs := splits_of(got)):
        return [*((x, y) if y is not None else x for x, y in pairs), None][:2]
    if isinstance(got, tuple | list):
        return list(got[:2])
    if is_data(got):
        return [got, None]
    if isinstance(got, dict):
        words = ("train", "val", "test")
        named = {
            word: value
            for key, value in reversed(got.items())
            for word in words
            if word in str(key).lower()
        }
        if named:
            return [named.get("train"), named.get("val", named.get("test"))]
        return [value for value in got.values() if is_data(value)][:2]
    return []


def _inner(got: Any) -> list[Any]:
    if isinstance(got, dict):
        return list(got.values())
    return list(got) if isinstance(got, tuple | list) else []
