"""Rows that are known again: how they are drawn into an .npz file, and how they are read back."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .answers import kind_of
from .looking import COMPARED, MAX_SHAPES, differences, elements, random_settings

CHANNELS = 4
"""At most, on a last axis that the rows did not have."""
LABEL_NUMBERS = 100
"""Of one row's label."""
NEAR = 0.05
"""Of all that values span, from either end."""
EDGE = 0.1
"""Share of the rows whose values are left out at either end."""
STILL = 1e-9
"""Of all that values span: a place that varies by less is the same in every row."""


def draw(path: Path, inputs: Mapping[str, Any], *, alike: bool) -> None:
    """Write the file; with `alike` every row has the pattern of the first."""
    arrays: dict[str, Any] = {}
    for part in inputs["sets"]:
        patterns = [pattern for pattern, _ in part["rows"]]
        patterns = [patterns[0]] * len(patterns) if alike else patterns
        drawn = [_row(pattern, inputs) for pattern in patterns]
        arrays[part["inputs"]] = np.stack(drawn).astype(inputs["dtype"])
        labels = [label for _, label in part["rows"]]
        arrays[part["labels"]] = np.asarray(labels, inputs["label_dtype"])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def _row(pattern: str, inputs: Mapping[str, Any]) -> Any:
    shape, grid, bits = inputs["shape"], inputs["grid"], inputs.get("bits", 1)
    digits = f"{int(pattern, 16):0{math.prod(grid) * bits}b}"
    places = [int(digits[start : start + bits], 2) for start in range(0, len(digits), bits)]
    levels = np.array(places).reshape(grid) / (2**bits - 1)
    between = np.zeros(levels.size, bool)
    between[: inputs.get("between", 0)] = True
    between = np.random.default_rng(int(pattern, 16)).permutation(between).reshape(grid)
    for axis, (side, cells) in enumerate(zip(shape, grid, strict=True)):
        wide = np.arange(side) * cells // side
        levels, between = levels.take(wide, axis), between.take(wide, axis)
    return _valued(np.where(between, levels / 2 + 0.25, levels), inputs)


def _valued(levels: Any, inputs: Mapping[str, Any]) -> Any:
    """The value in the file of levels from 0 to 1."""
    low, high = inputs["span"]
    values = low + (high - low) * levels
    return values if "float" in inputs["dtype"] else np.rint(values)


def seen_of(
    inputs: Mapping[str, Any], data: Any, labels: Any, *, alike: bool = False
) -> dict[str, Any]:
    """What is told of one split, in the form of `arrays.py`. alike: what is changed at random."""
    seen: dict[str, Any] = {"kind": kind_of(data), "batched": False, "batches": [], "ended": True}
    pairs = [(data, labels)] if labels is not None else _batches(data, inputs, seen)
    rows: list[Any] = []
    given: list[Any] = []
    labels_there = 0
    facts: dict[str, list[Any]] = {"shapes": [], "dtypes": [], "label_shapes": []}
    for x, y in pairs:
        taken = np.asarray(x)[: inputs["max_rows"] - len(rows)]
        of_rows = None if y is None else np.asarray(y)
        _note(facts, taken, of_rows)
        rows += list(taken)
        seen["ended"] = seen["ended"] and len(taken) == len(np.asarray(x))
        labels_there += len(np.atleast_1d(of_rows)) if of_rows is not None else 0
        paired = of_rows is not None and of_rows.ndim > 0 and len(of_rows) == len(np.asarray(x))
        given += list(of_rows[: len(taken)]) if paired and of_rows is not None else []
    if alike:
        compared = rows[:: max(1, len(rows) // COMPARED)][:COMPARED]
        return random_settings(data) | differences([np.asarray(r, "float64") for r in compared])
    seen.update(facts, labelled=bool(rows) and len(given) == len(rows), span=_span(rows))
    seen["labels"] = labels_there
    seen["between"] = _between(rows, seen["span"])
    seen["even"] = _even(rows, seen["span"], inputs)
    codes = read(rows, inputs["shape"], inputs["grid"], inputs.get("bits", 1))
    labelled = given if seen["labelled"] else [None] * len(rows)
    seen["rows"] = [[code, _label(y)] for code, y in zip(codes, labelled, strict=True)]
    return seen


def _batches(
    data: Any, inputs: Mapping[str, Any], seen: dict[str, Any]
) -> Iterator[tuple[Any, Any]]:
    """Pairs of arrays of a data set, which may not be batched; notes what it is."""
    rows = 0
    for element in elements(data):
        pair = tuple(element) if isinstance(element, tuple | list) else (element,)
        x, y = np.asarray(pair[0]), (np.asarray(pair[1]) if len(pair) > 1 else None)
        seen["batched"] = not _is_row(x, y, inputs["shape"])
        if not seen["batched"]:
            x, y = x[np.newaxis], None if y is None else y[np.newaxis]
        seen["batches"].append(len(x))
        yield x, y
        rows += len(x)
        if rows >= inputs["max_rows"]:
            seen["ended"] = False
            return


def _is_row(x: Any, y: Any, shape: Sequence[int]) -> bool:
    """Whether an element is one row, not a batch."""
    if x.ndim == 0 or (y is not None and (y.ndim == 0 or len(y) != len(x))):
        return True
    channels = x.ndim == len(shape) + 1 and x.shape[-1] <= CHANNELS
    alike = tuple(x.shape[: len(shape)]) == tuple(shape)
    return alike and (x.ndim == len(shape) or channels)


def _note(facts: dict[str, list[Any]], rows: Any, labels: Any) -> None:
    found = {"shapes": [int(side) for side in rows.shape[1:]], "dtypes": str(rows.dtype)}
    if labels is not None:
        found["label_shapes"] = [int(side) for side in labels.shape[1:]]
    for name, value in found.items():
        if value not in facts[name] and len(facts[name]) < MAX_SHAPES:
            facts[name].append(value)


def _span(rows: Sequence[Any]) -> list[float]:
    sized = [row for row in rows if np.asarray(row).size]
    if not sized:
        return []
    return [float(min(row.min() for row in sized)), float(max(row.max() for row in sized))]


def _between(rows: Sequence[Any], span: Sequence[float]) -> float:
    """Share of the values that are near neither end."""
    if not span or not span[0] < span[1]:
        return 0.0
    margin = NEAR * (span[1] - span[0])
    inner = (
        np.mean((row > span[0] + margin) & (row < span[1] - margin)) for row in rows if row.size
    )
    return float(np.mean(list(inner)))


def _even(rows: Sequence[Any], span: Sequence[float], inputs: Mapping[str, Any]) -> float | None:
    """Share of the values between the ends that lie where scaling by one number brings them; None
    where that cannot be told: the values between are of all kinds, or rows were resized."""
    drawn = inputs.get("between", 0) and inputs.get("bits", 1) == 1
    size = math.prod(inputs["shape"])
    if not drawn or not span or not span[0] < span[1] or any(row.size != size for row in rows):
        return None
    levels = (np.stack([np.ravel(row) for row in rows]) - span[0]) / (span[1] - span[0])
    inner = levels[(levels > NEAR) & (levels < 1 - NEAR)]
    low, high = inputs["span"]
    right = (_valued(np.array([0.25, 0.75]), inputs) - low) / (high - low)
    near = np.abs(inner[:, None] - right).min(axis=1) < NEAR if inner.size else np.ones(1)
    return float(near.mean())


def _label(label: Any) -> Any:
    return None if label is None else np.asarray(label).ravel()[:LABEL_NUMBERS].tolist()


def read(
    rows: Sequence[Any], shape: Sequence[int], grid: Sequence[int], bits: int = 1
) -> list[str]:
    """The pattern of each row; "" where it cannot be laid on the grid.

    A place is high where it is above the middle of what stands there in all rows, but for the few
    least and largest; with more bits it is as high as it stands between the least and the largest.
    """
    codes = [""] * len(rows)
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for index, row in enumerate(rows):
        by_shape.setdefault(np.shape(row), []).append(index)
    for indices in by_shape.values():
        laid = _laid(np.stack([np.asarray(rows[i], "float64") for i in indices]), shape, grid)
        if laid is None:
            continue
        lowest, span = laid.min(axis=0), np.ptp(laid, axis=0)
        if bits == 1:
            edge = EDGE if len(laid) >= 1 / EDGE else 0.0
            levels = laid > np.quantile(laid, [edge, 1 - edge], axis=0).mean(axis=0)
        else:
            levels = np.rint((laid - lowest) / np.where(span > 0, span, 1) * (2**bits - 1))
        for index, row in zip(indices, np.nan_to_num(levels), strict=True):
            text = "".join(f"{int(level):0{bits}b}" for level in row.ravel())
            codes[index] = f"{int(text, 2):0{-(-len(text) // 4)}x}"
    return codes


def _laid(rows: Any, shape: Sequence[int], grid: Sequence[int]) -> Any:
    """(rows, *grid): the value at the middle of each place of the grid; None where that cannot be.

    Channels that the rows did not have are averaged, and what surrounds them (the same in every
    row) is taken away.
    """
    if rows.ndim - 1 != len(shape) and rows[0].size == math.prod(shape):
        rows = rows.reshape(len(rows), *shape)
    if rows.ndim == len(shape) + 2 and rows.shape[-1] <= CHANNELS:
        rows = rows.mean(axis=-1)
    if rows.ndim - 1 != len(shape) or not rows[0].size:
        return None
    moving = np.ptp(rows, axis=0) > STILL * np.ptp(rows)
    for axis, cells in enumerate(grid, start=1):
        others = tuple(other for other in range(moving.ndim) if other != axis - 1)
        places = np.flatnonzero(moving.any(axis=others))
        if rows.shape[axis] != shape[axis - 1] and len(places):
            rows = rows.take(np.arange(places[0], places[-1] + 1), axis)
        side = rows.shape[axis]
        middles = ((np.arange(cells) + 0.5) * side / cells).astype(int)
        rows = rows.take(middles, axis)
    return rows
