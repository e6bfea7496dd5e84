"""Ready-made checks of data that come as arrays, and the marked rows that they are asked with.

Each hidden row is a pattern of its own of two values. The patterns that come out say which rows a
data function delivers, with which labels, however it scaled or reshaped them.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from grader.judge.checks.finding import Said, failed, graph, ok_answer, partial, passed
from grader.records import Evidence, Finding, MissingEvidence

WORDS = {"train": "training"}
"""What a split is called in a sentence, where that is not its name."""
PLACES = (64, 8, 8, 1)
"""Of a pattern, at most, on each axis: the first of rows of one axis, else the others in turn."""
PATTERN = 300
"""Letters of one, at most."""
FAR = 8
"""An eighth of a pattern may be otherwise: what resizing or noise does to it."""
NEAR = 1e-3
"""Of a span: what rounding may do to its ends."""
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
    """
    one_axis = len(shape) == 1
    grid = [
        min(side, most)
        for side, most in zip(shape, PLACES[:1] if one_axis else PLACES[1:], strict=False)
    ]
    places, total = math.prod(grid), sum(rows for _, _, rows in sets.values())
    numbers = iter(_distinct(dice, places, total))
    letters = -(-places // 4)
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
        "classes": classes,
        "dtype": dtype,
        "label_dtype": "int64",
        "max_rows": 3 * total,
    }


def _distinct(dice: Random, places: int, count: int) -> list[int]:
    """Numbers of so many bits. Raises ValueError where there are not that many."""
    if places <= 20:  # noqa: PLR2004 - few enough to draw from all of them
        return dice.sample(range(2**places), count)
    drawn: dict[int, None] = {}
    while len(drawn) < count:
        drawn[dice.getrandbits(places)] = None
    return list(drawn)


class Rows:
    """What one split of a data function's answer holds, decoded."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], split: str) -> None:
        """Raises MissingEvidence, in words for the student."""
        asked = evidence.asked["data"]
        names = [part["split"] for part in asked["sets"]]
        part = _part(evidence, functions, split, names)
        self.split, self.name = split, WORDS.get(split, split)
        self.classes: int = asked["classes"]
        self.shapes = [shape for shape in _list(part, "shapes")[:8] if _is_shape(shape)]
        self.span = _numbers(part.get("span"))
        self.labelled = part.get("labelled") is True
        self.ended = part.get("ended") is True
        rows = [row for row in _list(part, "rows")[: asked["max_rows"]] if _is_row(row)]
        self._known = {
            int(pattern, 16): (known["split"], label)
            for known in asked["sets"]
            for pattern, label in known["rows"]
        }
        self._places = math.prod(asked["grid"])
        self.rows = [(self._match(code), label) for code, label in rows]
        """(pattern of a row that we had put there or None, label as it came)."""

    def _match(self, code: str) -> int | None:
        number = int(code, 16) if code else -1
        if number in self._known or number < 0:
            return number if number in self._known else None
        nearest = sorted(self._known, key=lambda known: (known ^ number).bit_count())[:2]
        apart = [(known ^ number).bit_count() for known in nearest]
        clear = apart[0] <= self._places // FAR and apart[:1] != apart[1:]
        return nearest[0] if clear else None

    def of(self, split: str) -> set[int]:
        """The patterns of that split's rows that were delivered."""
        return {row for row, _ in self.rows if row is not None and self._known[row][0] == split}

    @property
    def wanted(self) -> set[int]:
        """The patterns of all rows that had been put into the arrays of this split."""
        return {pattern for pattern, (split, _) in self._known.items() if split == self.split}

    def labels(self) -> list[tuple[int, int | None, bool]]:
        """(the label of a row of ours, the one it came with or None, whether as one of zeros and a
        one)."""
        return [
            (self._known[row][1], *_label(label, self.classes))
            for row, label in self.rows
            if row is not None
        ]


def _part(
    evidence: Evidence, functions: Sequence[str], split: str, names: Sequence[str]
) -> dict[str, Any]:
    value = ok_answer(evidence, functions).value
    hidden = value.get("hidden") if isinstance(value, dict) else None
    hidden = hidden if isinstance(hidden, dict) else {}
    parts = hidden.get("parts")
    if not isinstance(parts, list) or len(parts) != len(names):
        kind = str(hidden.get("returned", "nothing"))[:80]
        number = f" with {len(parts)} pairs of arrays" if isinstance(parts, list) else ""
        splits = ", ".join(WORDS.get(name, name) for name in names)
        raise MissingEvidence(
            f"The data function returned a {kind}{number}; expected inputs and labels for each of "
            f"{splits}, in this order."
        )
    part = parts[names.index(split)]
    if not isinstance(part, dict) or not _list(part, "rows"):
        raise MissingEvidence(f"The {WORDS.get(split, split)} data delivered no rows.")
    return part


def _list(part: Mapping[str, Any], key: str) -> list[Any]:
    value = part.get(key)
    return value if isinstance(value, list) else []


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


def _label(label: Any, classes: int) -> tuple[int | None, bool]:
    """(class, whether it came as zeros and a one); None for anything that names no class."""
    numbers = label if isinstance(label, list) else [label]
    if not all(type(number) in (int, float, bool) for number in numbers):
        return None, False
    if len(numbers) == 1 and numbers[0] in range(classes):
        return int(numbers[0]), False
    one_hot = len(numbers) == classes and sorted(numbers) == [0] * (classes - 1) + [1]
    return (numbers.index(1), True) if one_hot else (None, False)


def delivers_arrays(evidence: Evidence, *, functions: Sequence[str], split: str) -> Finding:
    """That split holds every row of its arrays once, and no others."""
    got = Rows(evidence, functions, split)
    name, ours, wanted = got.name, got.of(split), got.wanted
    others = [part["split"] for part in evidence.asked["data"]["sets"] if part["split"] != split]
    foreign = {other: rows for other in others if (rows := got.of(other))}
    expected = f"every row of the {name} arrays once, and no others"
    seen = f"{len(ours)} of the {len(wanted)} rows that we had put there"
    if not ours and not foreign:
        why = f"With other numbers in the file, the {name} data hold none of them"
        return failed(f"{why}: they come from somewhere else.", seen=seen, expected=expected)
    if foreign:
        of = " and ".join(WORDS.get(other, other) for other in foreign)
        why = f"The {name} data are the rows for {of}."
        if ours:
            why = f"Rows for {of} are in the {name} data."
        seen += f", and {sum(map(len, foreign.values()))} that are for {of}"
        return failed(why, seen=seen, expected=expected)
    strange = sum(row is None for row, _ in got.rows)
    if strange:
        why = f"Some {name} rows are none that we had put there."
        return partial(0.5, why, seen=f"{seen}, and {strange} others", expected=expected)
    if ours != wanted:
        why = f"A part of the {name} rows is left out."
        return partial(0.5, why, seen=seen, expected=expected)
    if got.ended and len(got.rows) > len(wanted):
        why = f"Some {name} rows come more than once."
        return partial(0.5, why, seen=seen, expected=expected)
    return passed(f"The {name} data are the right rows.", seen=seen, expected=expected)


def array_labels_right(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    one_hot: bool | None = None,
    wrong: float = 0.5,
) -> Finding:
    """Each row carries its own label, as a number or as a row of zeros and a one.

    one_hot: the form that is asked for; without it either is right. wrong: share where the labels
    are right, but in the other form.
    """
    splits = [part["split"] for part in evidence.asked["data"]["sets"]]
    classes: int = evidence.asked["data"]["classes"]
    number, row = f"one number 0 … {classes - 1} a row", f"{classes} zeros and ones a row"
    expected = f"{number}, or {row}" if one_hot is None else (row if one_hot else number)
    forms: set[bool] = set()
    for split in splits:
        got = Rows(evidence, functions, split)
        labels = got.labels()
        if not got.labelled or not labels:
            return failed(f"The {got.name} rows come without labels.", expected=expected)
        if any(label is None for _, label, _ in labels):
            why = f"Labels of the {got.name} rows name none of the {classes} classes."
            return failed(why, expected=expected)
        wrong_ones = sum(label != own for own, label, _ in labels)
        if wrong_ones:
            why = f"The {got.name} rows carry labels that belong to other rows."
            seen = f"{wrong_ones} of {len(labels)} rows with another label than theirs"
            return failed(why, seen=seen, expected=expected)
        forms |= {hot for _, _, hot in labels}
    seen = " and ".join(sorted({row if hot else number for hot in forms}))
    if one_hot is not None and forms != {one_hot}:
        why = "The labels are right, but in another form than asked for."
        return partial(wrong, why, seen=seen, expected=expected)
    return passed("Every row carries its own label.", seen=seen, expected=expected)


def labels_fit_loss(
    evidence: Evidence, *, functions: Sequence[str], function: str, sparse: bool = True
) -> Finding:
    """The loss of the final model reads labels in the form in which they come.

    function: the one that makes the final model. sparse: whether numbers are read by a sparse loss,
    as for more than two classes; else by the binary one.
    """
    model = graph(evidence, "final", function)
    splits = [part["split"] for part in evidence.asked["data"]["sets"]]
    labels = [label for name in splits for label in Rows(evidence, functions, name).labels()]
    forms = {hot for _, label, hot in labels if label is not None}
    if len(forms) != 1 or not model.compiled:
        why = "The labels come in no form that a loss could read."
        return failed(why if model.compiled else "The model is not compiled.")
    hot = forms.pop()
    loss = model.loss.kind
    numbers = "sparse_categorical_crossentropy" if sparse else "binary_crossentropy"
    expected = "categorical_crossentropy" if hot else numbers
    said = Said(
        seen=f"labels as {'zeros and ones' if hot else 'numbers'}, loss {loss or 'none'}",
        expected=f"labels as numbers with {numbers}, or as zeros and ones with "
        "categorical_crossentropy",
    )
    if loss == expected:
        return passed("The loss reads the labels in the form in which they come.", **said)
    return failed("The loss expects labels in another form than they come in.", **said)


def array_shape(evidence: Evidence, *, functions: Sequence[str], shape: list[int]) -> Finding:
    """All rows of all splits have that shape."""
    splits = [part["split"] for part in evidence.asked["data"]["sets"]]
    found = [Rows(evidence, functions, split).shapes for split in splits]
    shown = {"×".join(map(str, one)) or "no axis" for shapes in found for one in shapes}
    seen, expected = f"rows of {', '.join(sorted(shown))}", f"rows of {'×'.join(map(str, shape))}"
    if all(shapes == [shape] for shapes in found):
        return passed("The rows have the right shape.", seen=seen, expected=expected)
    right = sum(shapes == [shape] for shapes in found) / len(found)
    why = "The rows have another shape than asked for."
    return partial(right / 2, why, seen=seen, expected=expected)


def array_scale(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    spans: Sequence[Sequence[float]],
    function: str = "",
) -> Finding:
    """The values of every split span one of `spans`: [least, largest] of what lies in the file.

    function: the one that makes the final model: Rescaling right behind its input counts too.
    """
    splits = [part["split"] for part in evidence.asked["data"]["sets"]]
    reached = [
        _rescaled(Rows(evidence, functions, split).span, evidence, function) for split in splits
    ]
    shown = dict.fromkeys(" … ".join(f"{end:g}" for end in span) or "none" for span in reached)
    within = " or ".join(" … ".join(f"{end:g}" for end in span) for span in spans)
    said = Said(seen=f"values {', '.join(shown)}", expected=f"values {within}")
    right = [_spans(span, spans) for span in reached]
    if all(right):
        return passed("The values are on the right scale.", **said)
    said["shows"] = _scaling(evidence, reached, spans)
    if any(right):
        return partial(0.5, "Not all splits are on the same scale.", **said)
    return failed("The values are on another scale than asked for.", **said)


def _spans(span: Sequence[float], spans: Sequence[Sequence[float]]) -> bool:
    return any(
        len(span) == len(ends)
        and all(
            abs(end - wanted) <= NEAR * (ends[1] - ends[0])
            for end, wanted in zip(span, ends, strict=True)
        )
        for ends in spans
    )


def _rescaled(span: list[float], evidence: Evidence, function: str) -> list[float]:
    """The span behind the Rescaling with which the final model begins, if it does."""
    if not function or not span:
        return span
    try:
        model = graph(evidence, "final", function)
    except MissingEvidence:
        return span
    for layer in model.layers:
        scale, offset = layer.settings.get("scale"), layer.settings.get("offset", 0)
        first = layer.kind == "Rescaling" and set(layer.inputs) <= set(model.inputs)
        if first and isinstance(scale, int | float) and isinstance(offset, int | float):
            return [end * scale + offset for end in span]
    return span


def _scaling(
    evidence: Evidence, reached: Sequence[Sequence[float]], spans: Sequence[Sequence[float]]
) -> list[str]:
    """Ids of misconceptions about the scale."""
    raw: list[float] = evidence.asked["data"]["span"]
    if all(_spans(span, [raw]) for span in reached):
        return ["never-scaled"]
    size = raw[1] - raw[0]
    twice = [[low / size, high / size] for low, high in spans]
    return ["scaled-twice"] if any(_spans(span, twice) for span in reached) else []
