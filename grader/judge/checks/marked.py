"""Marked rows: the arrays that data functions are asked with, and what came out, decoded.

Each hidden row is a pattern of its own, of two values, or of more where it has few columns. The
patterns that come out say which rows a data function delivers, with which labels, however it scaled
or reshaped them.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from grader.judge.checks.causes import no_data
from grader.judge.checks.finding import hidden_answer, left_without, listed, those_there
from grader.records import Evidence, MissingEvidence

WORDS = {"train": "training"}
"""What a split is called in a sentence, where that is not its name."""
PLACES = (64, 8, 8, 1)
"""Of a pattern, at most, on each axis: the first of rows of one axis, else the others in turn."""
MARKED, FINEST = 20, 16
"""Bits of the pattern of a row of few columns, at least, as far as the values of one hold so many;
and of one column, at most, which single precision tells apart after scaling too."""
TRIES = 1000
"""To draw a pattern that is not there yet."""
PATTERN = 300
"""Letters of one, at most."""
FAR = 8
"""An eighth of a pattern may be otherwise: what resizing or noise does to it."""
BETWEEN = 16
"""A sixteenth of a pattern is of values between the two: what rounds them away is told by it, and
its rows are known all the same."""
LEVELS = 4
"""Whole numbers have values between where they span so many."""
EVEN = 0.8
"""Share of the values between the ends that have to be in proportion; some may be changed at
random."""
LARGEST = 1e12


def marked_arrays(
    dice: Random,
    sets: Mapping[str, tuple[str, str, int]],
    *,
    file: str,
    shape: Sequence[int],
    span: Sequence[float],
    classes: int,
    root: str = "data",
    dtype: str = "float64",
) -> dict[str, Any]:
    """`asked["data"]` for arrays of an .npz file.

    sets: split → (name of its inputs in the file, of its labels, rows), training first. file: where
    it lies below `root`, the folder in which notebooks look. shape: of one row. span: the least and
    the largest value. classes: labels are 0 … classes − 1, each about as often.

    Raises ValueError where so many rows of that shape cannot be told apart.
    """
    one_axis = len(shape) == 1
    grid = [
        min(side, most)
        for side, most in zip(shape, PLACES[:1] if one_axis else PLACES[1:], strict=False)
    ]
    places, total = math.prod(grid), sum(rows for _, _, rows in sets.values())
    bits = _bits(places, span, dtype) if one_axis else 1
    try:
        numbers = iter(_distinct(dice, places, bits, [rows for _, _, rows in sets.values()]))
    except ValueError as problem:
        raise ValueError(
            f"{total} rows of the shape {list(shape)} cannot be told apart by values from "
            f"{span[0]:g} to {span[1]:g}; ask with fewer or wider rows, or with a wider span"
        ) from problem
    letters = -(-places * bits // 4)
    made = []
    for split, (inputs, labels, rows) in sets.items():
        kinds = [index % classes for index in range(rows)]
        dice.shuffle(kinds)
        marked = [[f"{next(numbers):0{letters}x}", kind] for kind in kinds]
        made.append({"split": split, "inputs": inputs, "labels": labels, "rows": marked})
    return {
        "kind": "arrays",
        "root": root,
        "file": file,
        "sets": made,
        "shape": list(shape),
        "grid": grid,
        "span": list(span),
        "bits": bits,
        "between": places // BETWEEN
        if bits == 1 and ("float" in dtype or span[1] - span[0] >= LEVELS)
        else 0,
        "classes": classes,
        "dtype": dtype,
        "label_dtype": "int64",
        "max_rows": 3 * total,
    }


def _bits(places: int, span: Sequence[float], dtype: str) -> int:
    """Of one place's value: the fewer columns, the more; whole numbers two apart at least."""
    bits = min(FINEST, -(-MARKED // places))
    apart = int((span[1] - span[0]) // 2) + 1
    return bits if "float" in dtype else max(1, min(bits, apart.bit_length() - 1))


def _distinct(dice: Random, places: int, bits: int, sizes: Sequence[int]) -> list[int]:
    """Patterns for splits of such sizes. With several bits a place, its least and its largest value
    are among the rows of each split, as the values between are known by them.

    Raises ValueError where there are not that many.
    """
    drawn: dict[int, None] = {}
    highest = 2**bits - 1
    for size in sizes:
        ends: list[dict[int, int]] = [{} for _ in range(size)]
        for place in range(places) if bits > 1 else ():
            low, high = dice.sample(ends, 2)
            low[place], high[place] = 0, highest
        for told in ends:
            drawn[_new(dice, places, bits, told, drawn)] = None
    return list(drawn)


def _new(
    dice: Random, places: int, bits: int, told: Mapping[int, int], drawn: Mapping[int, None]
) -> int:
    """A pattern that was not drawn. told: place → its value, of those that are not chance."""
    for _ in range(TRIES):
        pattern = dice.getrandbits(places * bits)
        for place, value in told.items():
            at = bits * place
            pattern = pattern & ~((2**bits - 1) << at) | value << at
        if pattern not in drawn:
            return pattern
    raise ValueError("no more patterns")


class Rows:
    """What one split of a data function's answer holds, decoded."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], split: str) -> None:
        """Raises MissingEvidence, in words for the student."""
        asked = evidence.asked["data"]
        names = [part["split"] for part in asked["sets"]]
        part = _part(evidence, functions, split, names)
        self.split, self.name = split, WORDS.get(split, split)
        self.classes: int = asked["classes"]
        self.shapes = [shape for shape in listed(part, "shapes")[:8] if _is_shape(shape)]
        self.span = _numbers(part.get("span"))
        between = part.get("between")
        kept = isinstance(between, int | float) and not isinstance(between, bool) and between > 0
        self.keeps_between = kept or not evidence.asked["data"].get("between")
        """Whether values between the least and the largest came as such."""
        self.labelled = part.get("labelled") is True
        self.labels_first = part.get("labels_first") is True
        labels = part.get("labels")
        self.labels_there = labels if type(labels) is int and labels > 0 else 0
        """How many labels came, with how many rows ever."""
        self.ended = part.get("ended") is True
        rows = [row for row in listed(part, "rows")[: asked["max_rows"]] if _is_row(row)]
        self._known = {
            int(pattern, 16): (known["split"], label)
            for known in asked["sets"]
            for pattern, label in known["rows"]
        }
        several = asked.get("bits", 1) > 1
        self._inverted: int = 2 ** (math.prod(asked["grid"]) * asked.get("bits", 1)) - 1
        """Light and dark may have changed places."""
        self._far = 0 if several else math.prod(asked["grid"]) // FAR
        self.rows = [(self._match(code), label) for code, label in rows]
        """(pattern of a row that we had put there or None, label as it came)."""
        even = part.get("even")
        ours = any(row is not None for row, _ in self.rows)
        self.in_proportion = not (ours and isinstance(even, int | float) and even < EVEN)
        """Whether the values of our rows came where they belong, as when all are divided by one
        number."""

    def _match(self, code: str) -> int | None:
        number = int(code, 16) if code else -1
        if number in self._known or number < 0:
            return number if number in self._known else None

        def distance(known: int) -> int:
            differing = known ^ number
            return min(differing.bit_count(), (differing ^ self._inverted).bit_count())

        nearest = sorted(self._known, key=distance)[:2]
        apart = [distance(known) for known in nearest]
        clear = apart[0] <= self._far and apart[:1] != apart[1:]
        return nearest[0] if clear else None

    def of(self, split: str) -> set[int]:
        """The patterns of that split's rows that were delivered."""
        return {row for row, _ in self.rows if row is not None and self._known[row][0] == split}

    @property
    def wanted(self) -> set[int]:
        """The patterns of all rows that had been put into the arrays of this split."""
        return {pattern for pattern, (split, _) in self._known.items() if split == self.split}

    def forms(self) -> set[bool]:
        """Whether labels come as zeros and a one, of all rows, whosever they are."""
        read = (read_label(label, self.classes) for _, label in self.rows)
        return {hot for label, hot in read if label is not None}

    def labels(self) -> list[tuple[int, int | None, bool]]:
        """(the label of a row of ours, the one it came with or None, whether as one of zeros and a
        one)."""
        return [
            (self._known[row][1], *read_label(label, self.classes))
            for row, label in self.rows
            if row is not None
        ]


def rows_of_all(evidence: Evidence, functions: Sequence[str]) -> list[Rows]:
    """Of every split that is there. MissingEvidence where none is."""
    splits = [part["split"] for part in evidence.asked["data"]["sets"]]
    return those_there(lambda split: Rows(evidence, functions, split), splits)


def _part(
    evidence: Evidence, functions: Sequence[str], split: str, names: Sequence[str]
) -> dict[str, Any]:
    hidden = hidden_answer(evidence, functions)
    parts = hidden.get("parts")
    if isinstance(parts, list) and len(parts) > len(names) > 1:  # validation data too
        parts = [*parts[: len(names) - 1], parts[-1]]
    there = len(parts) if isinstance(parts, list) else 0
    if not isinstance(parts, list) or not names.index(split) < there <= len(names):
        lacking = [WORDS.get(name, name) for name in names[there:] or names]
        if flat := left_without(evidence, functions, " and ".join(lacking)):
            raise flat
        splits = " and ".join(WORDS.get(name, name) for name in names)
        kind = str(hidden.get("returned", "nothing"))[:80]
        number = f" with {there} pair{'s' * (there > 1)} of arrays" * bool(there)
        raise MissingEvidence(
            f"`{functions[0]}` gave a {kind}{number}; expected inputs and labels for {splits}, in "
            "this order.",
            no_data(
                split if there else "all",
                f"`{functions[0]}` does not give inputs and labels for {' and '.join(lacking)}",
                "Look at what stands behind `return`, and print it in a cell of its own.",
            ),
        )
    part = parts[names.index(split)]
    if not isinstance(part, dict) or not listed(part, "rows"):
        why = f"The {WORDS.get(split, split)} data delivered no rows"
        raise MissingEvidence(f"{why}.", no_data(split, why))
    return part


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list) and all(type(side) is int for side in shape[:8])


def _numbers(value: Any) -> list[float]:
    """[least, largest]; [] where that is not what came."""
    fits = isinstance(value, list) and len(value) == 2  # noqa: PLR2004 - both ends
    plain = fits and all(type(v) in (int, float) and -LARGEST <= v <= LARGEST for v in value)
    return value if plain else []


def _is_row(row: Any) -> bool:
    if not (isinstance(row, list) and len(row) == 2 and type(row[0]) is str):  # noqa: PLR2004
        return False
    return len(row[0]) <= PATTERN and set(row[0]) <= set("0123456789abcdef")


def read_label(label: Any, classes: int) -> tuple[int | None, bool]:
    """(class, whether it came as zeros and a one); None for anything that names no class."""
    numbers = label if isinstance(label, list) else [label]
    if not all(type(number) in (int, float, bool) for number in numbers):
        return None, False
    if len(numbers) == 1 and numbers[0] in range(classes):
        return int(numbers[0]), False
    one_hot = len(numbers) == classes and sorted(numbers) == [0] * (classes - 1) + [1]
    return (numbers.index(1), True) if one_hot else (None, False)
