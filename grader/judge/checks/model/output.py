"""Ready-made checks of a model's output: how many numbers, and what the loss takes them for."""

from typing import Annotated

from pydantic import Field

from grader.judge.checks.causes import SEVERAL_OUTPUTS
from grader.judge.checks.declared import may_show
from grader.judge.checks.finding import Said, failed, graph, not_compiled, partial, passed
from grader.judge.checks.model.chain import (
    NEUTRAL,
    answered_with,
    head_layers,
    on_the_way,
    units_of,
)
from grader.judge.checks.model.kinds import Activation, Share
from grader.records import Evidence, Finding, Graph

ANSWERING = ("Dense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D")
"""Layers that make the numbers of an output."""
POOLED = ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D")
"""Means of probabilities are probabilities, means of logits are logits."""
LOSSES = {
    "sigmoid": ("binary_crossentropy", "binary_focal_crossentropy"),
    "softmax": (
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
    ),
}
"""Activation of the output → the losses that read it as one probability, as one for each class."""
ROW = 2
"""Axes of an output that holds a row of numbers for each input."""


@may_show("sigmoid-and-logits")
def one_output_unit(
    evidence: Evidence,
    *,
    function: str,
    activation: Activation = "sigmoid",
    consistent: Share = 0.5,
) -> Finding:
    """One unit with that activation, and a loss that reads the same.

    activation: of the unit, also as a layer of its own; `linear` where it predicts a number.
    consistent: share for one linear unit whose loss knows that it reads logits (it learns well,
    but the outputs are no probabilities), or for a right unit whose loss expects logits.
    """
    model = graph(evidence, "final", function)
    dense = [layer for layer in head_layers(model) if layer.kind == "Dense"]
    number = activation == "linear"
    what = "number" if number else "probability"
    expected = f"one unit with {activation}, read by the loss as a {what}"
    if not dense or len(model.outputs) != 1:
        return _no_end(model, "The model does not end in one Dense layer.", expected)
    unit = dense[-1]
    units, where = units_of(unit), [unit.id]
    answers, logits = answered_with(model, unit), model.loss.from_logits
    seen = f"{units} unit{'s' * (units != 1)}, {answers}{_read(model)}"
    if units != 1:
        needing = "one number needs" if number else "the two classes need here"
        why = f"The output has another number of units than {needing}."
        return failed(why, seen=seen, expected=expected, where=where)
    if still := _no_row(_shape_of(model)):
        return failed(still, seen=seen, expected=expected, where=where)
    right = answers == activation
    if right and not logits:
        return passed(f"One unit that answers with a {what}.", seen=seen, where=where)
    if right or (answers == "linear" and logits):
        return partial(
            consistent,
            f"The unit answers with a {what}, but the loss takes it for a logit."
            if right
            else "Unit and loss agree, but the answers are logits; probabilities were asked for.",
            seen=seen,
            expected=expected,
            where=where,
            shows=["sigmoid-and-logits"] if right and not number else [],
        )
    return failed(
        "The output is no number as the unit gives it."
        if number
        else "The output is not one probability, squeezed once, as the loss expects it.",
        seen=seen,
        expected=expected,
        where=where,
    )


def _no_end(model: Graph, why: str, expected: str) -> Finding:
    if len(model.outputs) == 1:
        return failed(why, expected=expected)
    seen, why = f"{len(model.outputs)} outputs", f"{SEVERAL_OUTPUTS.title}."
    return failed(why, seen=seen, expected=expected, cause=SEVERAL_OUTPUTS)


def _read(model: Graph) -> str:
    return ", loss reads logits" if model.compiled and model.loss.from_logits else ""


@may_show("activation-and-logits")
def output_fits(
    evidence: Evidence,
    *,
    function: str,
    classes: Annotated[int, Field(ge=2)],
    logits: Share = 1.0,
    wrong: Share = 0.5,
) -> Finding:
    """As many answers as classes, with an activation and a loss that take them for the same.

    Right are: softmax with (sparse) categorical cross-entropy; logits with a loss that knows so;
    for two classes also one unit with sigmoid and binary cross-entropy. Do not ask `loss_is` as
    well: one mistake would cost twice.

    classes: how many there are.
    logits: share where probabilities are wanted and logits come, known to the loss. wrong: share
    where the output is right and the loss is not.
    """
    model = graph(evidence, "final", function)
    expected = f"one answer for each of {classes} classes, and a loss that reads them as such"
    ends = [layer for layer in on_the_way(model) if layer.kind in ANSWERING]
    if not ends or len(model.outputs) != 1:
        return _no_end(model, "The model does not end in one layer of answers.", expected)
    end = ends[-1]
    shape = _shape_of(model)
    answers, amount = answered_with(model, end, (*NEUTRAL, *POOLED)), units_of(end)
    loss = model.loss.kind.replace("_", " ") or "none"
    said = Said(
        seen=f"{amount} unit{'s' * (amount != 1)}, {answers}; loss: {loss}{_read(model)}",
        expected=expected,
        where=[end.id],
    )
    if still := _no_row(shape):
        return failed(still, **said)
    if shape and len(shape) == ROW and shape[-1] not in (None, amount):
        return failed("What follows the last layer changes the number of its answers.", **said)
    fitting, why = "sigmoid" if amount == 1 else "softmax", ""
    if amount != classes and not (amount == 1 and classes == ROW):
        why = f"The output has another number of units than {classes} classes need."
    elif answers not in (fitting, "linear"):
        why = _unfit(answers, fitting)
    if why:
        return failed(why, **said)
    if not model.compiled:
        why, said["cause"] = not_compiled(evidence, function)
        return partial(wrong if answers == fitting else 0.0, why, **said)
    return _with_loss(model, fitting, answers, (logits, wrong), said)


def _shape_of(model: Graph) -> tuple[int | None, ...]:
    return next(layer.output_shape for layer in model.layers if layer.id == model.outputs[0])


def _no_row(shape: tuple[int | None, ...]) -> str:
    """Why an output of that shape does not answer once for each input; "" where it does."""
    if len(shape) <= ROW:
        return ""
    still = "the shape of an image" if len(shape) > ROW + 1 else "a row for each step or place"
    return f"The answer is no row of numbers for each input: it still has {still}."


def _unfit(answers: str, fitting: str) -> str:
    if answers == "softmax":
        return "Softmax over one unit always answers 1, whatever the input is."
    if answers == "sigmoid":
        return "Each unit answers for itself, so that several classes can be right at once."
    if " then " in answers:
        return "The answers go through more than one activation."
    return f"The activation of the output makes no probabilities; {fitting} would."


def _with_loss(
    model: Graph, fitting: str, answers: str, shares: tuple[float, float], said: Said
) -> Finding:
    """Whether the loss takes answers of the right number for what they are.

    fitting: the activation that makes probabilities of them. shares: for logits, for another loss.
    """
    logits, wrong = shares
    made = answers == fitting
    if model.loss.kind not in LOSSES[fitting]:
        what = "one probability" if fitting == "sigmoid" else "one answer for each class"
        return partial(wrong if made else 0.0, f"The loss does not fit {what}.", **said)
    if made and model.loss.from_logits:
        why = f"The output is squeezed by {fitting}, and the loss takes it for logits all the same."
        said["shows"] = ["activation-and-logits"]
        return partial(wrong, why, **said)
    if made:
        return passed("Number of answers, activation and loss fit each other.", **said)
    if not model.loss.from_logits:
        why = "The loss expects probabilities, and nothing makes some of the output's numbers."
        return failed(why, **said)
    why = "Output and loss agree" + (", but the answers are no probabilities" * (logits < 1)) + "."
    return partial(logits, why, **said)
