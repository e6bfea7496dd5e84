"""Strategy `whole`: the model as built, every layer rebuilt, trained and asked by the recipe."""

from math import prod
from pathlib import Path

from grader.evidence.graph import used
from grader.measure.plan import (
    NotMeasurable,
    Plan,
    compiled_of,
    entries_of,
    require_layers,
    rescalings_of,
)
from grader.measure.tasks import Prepared, Tasks
from grader.records import Evidence, Graph, Layer

INPUT = "InputLayer"
Shape = tuple[int | None, ...]


def prepare(evidence: Evidence, graph: Graph, out: Path, tasks: Tasks) -> Prepared:
    """The final model, with fresh numbers. Raises NotMeasurable, NotRebuilt."""
    del evidence, out
    return Prepared(plan(graph, tasks.recipe.input_shape, len(tasks.classes)))


def plan(graph: Graph, input_shape: tuple[int, ...], classes: int) -> Plan:
    """The plan of a compiled model. input_shape: of one example of the data.

    Raises NotMeasurable, NotRebuilt.
    """
    require_layers(graph)
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise NotMeasurable(
            "The model has more than one input or output; it should read one kind of data and end "
            "in one output that tells the classes apart."
        )
    layers = layers_of(graph)
    first = next((layer for layer in used(graph) if layer.id == graph.inputs[0]), None)
    if first is None or not layers or layers[-1].id != graph.outputs[0]:
        raise NotMeasurable("No layer of the model is on the way from its input to its output.")
    if first.kind != INPUT and (first.inputs or layers[0].id != first.id):
        raise NotMeasurable("The model reads its input somewhere within its layers.")
    if first.kind != INPUT:  # a Sequential that knows its input only when it is given data
        shape = _unsaid_shape(first, input_shape)
        layers = (first.model_copy(update={"inputs": (INPUT,)}), *layers[1:])
        sources = {INPUT: -1}
    else:
        shape, sources = reading_shape(first.output_shape[1:], input_shape), {first.id: -1}
    return Plan(
        input_shape=shape,
        rescalings=rescalings_of(layers),
        head=entries_of(layers, sources, shaped=True),
        compiled=compiled_of(graph, layers[-1], classes),
    )


def layers_of(graph: Graph) -> tuple[Layer, ...]:
    """All that computes on the way to the output, in order."""
    return tuple(layer for layer in used(graph) if layer.kind != INPUT)


def reading_shape(wanted: Shape, given: tuple[int, ...]) -> tuple[int, ...]:
    """The shape in which one example of shape `given` is handed to a model that takes `wanted`.

    The same numbers in the same order: an axis of length one may be there or not ((28, 28) and
    (28, 28, 1)), and a model may take all of them in one row. None in `wanted`: any length.
    NotMeasurable for anything else.
    """
    if None not in wanted:
        sides = tuple(side or 1 for side in wanted)
        row = (prod(given),)
        if _without_ones(sides) == _without_ones(given) or sides == row:
            return sides
    for shape in (given, (*given, 1), given[:-1] if given[-1:] == (1,) else given):
        alike = len(wanted) == len(shape)
        if alike and all(side in (None, own) for side, own in zip(wanted, shape, strict=True)):
            return shape
    seen = "×".join(str(side or "?") for side in wanted)
    raise NotMeasurable(
        f"The model takes examples of the shape {seen or 'of single numbers'}; those of this "
        f"assignment are {'×'.join(map(str, given))}."
    )


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(side for side in shape if side != 1)


def _unsaid_shape(first: Layer, given: tuple[int, ...]) -> tuple[int, ...]:
    """What a model that names no input shape is handed: a last axis of one where its first layer
    reads channels and the data have none."""
    for dimensions, rank in (("1D", 2), ("2D", 3)):
        if dimensions in first.kind and len(given) == rank - 1:
            return (*given, 1)
    return given
