"""Ready-made checks of data that come as arrays: asked with marked rows (`marked.py`)."""

from collections.abc import Sequence

from grader.judge.checks.causes import NOT_LABELLED
from grader.judge.checks.declared import may_show
from grader.judge.checks.delivered import delivered
from grader.judge.checks.finding import Said, failed, graph, not_compiled, partial, passed
from grader.judge.checks.marked import WORDS, Rows, rows_of_all
from grader.records import Evidence, Finding, Layer, MissingEvidence

NEAR = 1e-3
"""Of a span: what rounding may do to its ends."""
FAR = 1e9
"""No number that scales images is as large."""


def delivers_arrays(evidence: Evidence, *, functions: Sequence[str], split: str) -> Finding:
    """That split holds every row of its arrays once, and no others.

    split: its name in `ask_inputs`.
    """
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
    classes: int = evidence.asked["data"]["classes"]
    number, row = f"one number 0 … {classes - 1} a row", f"{classes} zeros and ones a row"
    expected = f"{number}, or {row}" if one_hot is None else (row if one_hot else number)
    forms: set[bool] = set()
    for got in rows_of_all(evidence, functions):
        labels = got.labels()
        if not got.labelled or not labels:
            return failed(_unlabelled(got), expected=expected, cause=NOT_LABELLED)
        if any(label is None for _, label, _ in labels):
            why = f"Labels of the {got.name} rows name none of the {classes} classes."
            return failed(why, expected=expected)
        wrong_ones = sum(label != own for own, label, _ in labels)
        if wrong_ones:
            why = f"The {got.name} rows carry labels that belong to other rows."
            seen = f"{wrong_ones} of {len(labels)} rows with another label than theirs"
            return failed(why, seen=seen, expected=expected)
        if got.labels_first:
            why = "The labels come before the rows: return each part's rows first, then its labels."
            return failed(why, expected="the rows, then their labels")
        forms |= {hot for _, _, hot in labels}
    seen = " and ".join(sorted({row if hot else number for hot in forms}))
    if one_hot is not None and forms != {one_hot}:
        why = "The labels are right, but in another form than asked for."
        return partial(wrong, why, seen=seen, expected=expected)
    return passed("Every row carries its own label.", seen=seen, expected=expected)


def labels_fit_loss(
    evidence: Evidence, *, functions: Sequence[str], function: str, sparse: bool = True
) -> Finding:
    """The loss of the final model reads labels in the form in which they come. Of arrays and of
    image data sets.

    function: the one that makes the final model. sparse: whether numbers are read by a sparse loss,
    as for more than two classes; else by the binary one.
    """
    model = graph(evidence, "final", function)
    forms = _forms(evidence, functions)
    if not model.compiled:
        message, cause = not_compiled(evidence, function)
        return failed(message, cause=cause)
    if len(forms) != 1:
        why = "The labels come in no form that a loss could read."
        return failed(why, cause=None if forms else NOT_LABELLED)
    hot = forms.pop()
    loss = model.loss.kind
    numbers = "sparse_categorical_crossentropy" if sparse else "binary_crossentropy"
    kind = "categorical_crossentropy" if hot else numbers
    said = Said(
        seen=f"labels as {'zeros and ones' if hot else 'numbers'}, loss {loss or 'none'}",
        expected=f"labels as numbers with {numbers}, or as zeros and ones with "
        "categorical_crossentropy",
    )
    if loss in (kind, kind.replace("_cross", "_focal_cross")):
        return passed("The loss reads the labels in the form in which they come.", **said)
    return failed("The loss expects labels in another form than they come in.", **said)


def _unlabelled(got: Rows) -> str:
    """What is there where not every row has a label."""
    if got.rows and got.labels_there:
        several = "s" * (got.labels_there > 1)
        return f"{len(got.rows)} {got.name} rows come with {got.labels_there} label{several}."
    return f"The {got.name} rows come without labels."


def _forms(evidence: Evidence, functions: Sequence[str]) -> set[bool]:
    """Whether labels come as zeros and a one, in any split."""
    if evidence.asked["data"].get("kind") != "arrays":
        return {hot for part in delivered(evidence, functions) for hot in part.forms}
    return {hot for got in rows_of_all(evidence, functions) for hot in got.forms()}


def array_shape(evidence: Evidence, *, functions: Sequence[str], shape: list[int]) -> Finding:
    """All rows of all splits have that shape.

    shape: of one row, as [28, 28, 1].
    """
    found = [got.shapes for got in rows_of_all(evidence, functions)]
    shown = {"×".join(map(str, one)) or "no axis" for shapes in found for one in shapes}
    seen, expected = f"rows of {', '.join(sorted(shown))}", f"rows of {'×'.join(map(str, shape))}"
    if all(shapes == [shape] for shapes in found):
        return passed("The rows have the right shape.", seen=seen, expected=expected)
    right = sum(shapes == [shape] for shapes in found) / len(found)
    why = "The rows have another shape than asked for."
    return partial(right / 2, why, seen=seen, expected=expected)


@may_show("never-scaled", "scaled-twice")
def array_scale(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    spans: Sequence[Sequence[float]],
    function: str = "",
) -> Finding:
    """The values of every split span what is asked for, and those between its ends come as such, in
    proportion.

    spans: each [least, largest] of what lies in the file; one of them is enough. function: the one
    that makes the final model: Rescaling and arithmetic right behind its input count too.
    """
    got = rows_of_all(evidence, functions)
    reached = [_rescaled(rows.span, evidence, function) for rows in got]
    shown = dict.fromkeys(" … ".join(f"{end:g}" for end in span) or "none" for span in reached)
    within = " or ".join(" … ".join(f"{end:g}" for end in span) for span in spans)
    said = Said(seen=f"values {', '.join(shown)}", expected=f"values {within}")
    right = [_spans(span, spans) for span in reached]
    if all(right) and not all(rows.keeps_between for rows in got):
        return failed(
            "The values end where they should, but all between the ends are lost: each became the "
            "least or the largest.",
            **said,
        )
    if all(right) and not any(rows.in_proportion for rows in got):
        return failed(
            "The values end where they should, but they are not all divided by one number: what "
            "lies between the ends is not in proportion.",
            **said,
        )
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
    """The span behind the layers with which the final model begins, as long as each of them takes
    every value times a number, plus a number."""
    if not function or not span:
        return span
    try:
        model = graph(evidence, "final", function)
    except MissingEvidence:
        return span
    behind = set(model.inputs)
    for layer in model.layers:
        if layer.inputs and set(layer.inputs) <= behind:
            line = _line(layer)
            if line is None:
                break
            span, behind = [end * line[0] + line[1] for end in span], {layer.id}
    return sorted(span)


def _line(layer: Layer) -> tuple[float, float] | None:
    """(scale, offset) of a layer that takes every value times the one, plus the other."""
    values = (layer.settings.get(key) for key in ("scale", "offset", "constant"))
    scale, offset, number = (
        value if isinstance(value, int | float) and abs(value) < FAR else None for value in values
    )
    if layer.kind == "Rescaling" and scale is not None:
        return scale, offset or 0.0
    if number is None or layer.settings.get("first"):
        return None
    if layer.kind == "op:divide":
        return (1 / number, 0.0) if number else None
    lines = {"op:multiply": (number, 0.0), "op:add": (1.0, number), "op:subtract": (1.0, -number)}
    return lines.get(layer.kind)


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
