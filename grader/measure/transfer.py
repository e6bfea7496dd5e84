"""Strategy `transfer`: the features of the frozen part once, the layers behind it trained."""

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from grader.evidence.graph import cuts, head, preparation, reference_graph
from grader.measure.plan import (
    NotMeasurable,
    NotRebuilt,
    Plan,
    affine_of,
    compiled_of,
    entries_of,
    require_layers,
    rescalings_of,
)
from grader.measure.tasks import Prepared, Tasks
from grader.measure.weights import weights_of
from grader.records import Evidence, Graph, Layer

MAX_FEATURES_BYTES = 1_400_000_000
FLOAT32 = 4
BEHIND = " behind the pretrained network"
SHOWN = "shown"
SIDES = 2
"""Of an image: height and width."""
DOING_NOTHING = ("GaussianNoise", "Identity")
"""Outside of training; so do Random… layers."""


def prepare(evidence: Evidence, graph: Graph, out: Path, tasks: Tasks) -> Prepared:
    """The final model as built. Raises NotMeasurable, NotRebuilt."""
    planned = plan_within(graph, tasks)
    return Prepared(planned, weights_of(evidence, graph, planned.cut, out, tasks))


def plan_within(graph: Graph, tasks: Tasks) -> Plan:
    """NotMeasurable as well for features at so early a layer that they would not fit."""
    planned = plan(graph, tasks.recipe.input_shape, len(tasks.classes))
    shapes = {layer.id: layer.output_shape for layer in reference_graph(tasks.assets).layers}
    images = sum(sum(split.values()) for split in tasks.assets.record.counts.values())
    size = prod(side or 1 for side in shapes[planned.cut][1:]) * FLOAT32 * images
    if size > MAX_FEATURES_BYTES:
        raise NotMeasurable(
            f"The features are taken so early in the network (`{planned.cut}`) that there are too "
            "many of them to train on."
        )
    return planned


def plan(graph: Graph, input_shape: tuple[int, ...], classes: int = 2) -> Plan:
    """The plan of an annotated, compiled final model. Raises NotMeasurable, NotRebuilt."""
    require_layers(graph)
    cut = _only_cut(graph)
    shapes = [layer.output_shape[1:] for layer in graph.layers if layer.id in graph.inputs]
    before = preparation(graph)
    shown = None if shapes == [input_shape] else _shown_as(shapes, before, input_shape)
    if shapes != [input_shape] and shown is None:
        seen = ", ".join("×".join(str(side or "?") for side in shape) for shape in shapes)
        raise NotMeasurable(
            f"The model takes {seen or 'no'} images; the images of this assignment are "
            f"{'×'.join(map(str, input_shape))}."
        )
    layers = head(graph)
    if not layers or list(graph.outputs) != [layers[-1].id]:
        raise NotMeasurable(
            "The model has no layers of its own behind the pretrained network, or more than one "
            "output; it should end in one output that tells the classes apart."
        )
    return Plan(
        cut=cut.reference,
        rescalings=rescalings_of(before),
        front=_front(graph, before, shown),
        head=entries_of(layers, {cut.id: -1}, where=BEHIND),
        compiled=compiled_of(graph, layers[-1], classes),
    )


def _shown_as(
    shapes: Sequence[tuple[int | None, ...]], before: Sequence[Layer], input_shape: tuple[int, ...]
) -> Layer | None:
    """For a model that takes images of another size, and itself brings them to that of the network:
    the layer that shows ours in that size."""
    resizes = before and before[-1].output_shape[1:] == input_shape
    if not resizes or len(shapes) != 1 or shapes[0][SIDES:] != input_shape[SIDES:]:
        return None
    # of a side that may have any length, that of ours
    sides = [side or ours for side, ours in zip(shapes[0], input_shape[:SIDES], strict=False)]
    size = {"height": sides[0], "width": sides[1]}
    return Layer(id=SHOWN, name=SHOWN, kind="Resizing", settings=size)


def _front(
    graph: Graph, layers: Sequence[Layer], shown: Layer | None
) -> tuple[dict[str, Any], ...]:
    """What has to be built in front of the network; () where numbers say it all. Augmentation and
    noise do nothing outside of training. shown: what stands before all of it."""
    passed: dict[str, str] = dict.fromkeys(graph.inputs, SHOWN) if shown else {}
    computing = [shown.model_copy(update={"inputs": graph.inputs})] if shown else []
    for layer in layers:
        inputs = tuple(passed.get(source, source) for source in layer.inputs)
        only_in_training = layer.kind.startswith("Random") or layer.kind in DOING_NOTHING
        if only_in_training and len(inputs) == 1:
            passed[layer.id] = inputs[0]
        else:
            computing.append(layer.model_copy(update={"inputs": inputs}))
    affine = [affine_of(layer) for layer in computing]
    if all(known is not None and len(known[0]) == 1 for known in affine):
        return ()  # one scale and one offset each
    learning = next((layer for layer in computing if layer.trainable_parameters), None)
    if learning:
        raise NotRebuilt(
            f"Between the input and the pretrained network stands a layer `{learning.kind[:60]}` "
            "that learns; the grader trains only what is behind the network."
        )
    sources = dict.fromkeys(graph.inputs, -1)
    return entries_of(computing, sources, where=" in front of the pretrained network")


def _only_cut(graph: Graph) -> Layer:
    layers = cuts(graph)
    if not layers:
        raise NotMeasurable(
            "No layer of the pretrained network is on the way from the input to the output, so "
            "there are no features to train on."
        )
    if len(layers) > 1:
        raise NotMeasurable(
            "The new layers read several places of the pretrained network at once; they should go "
            "on from one."
        )
    return layers[0]
