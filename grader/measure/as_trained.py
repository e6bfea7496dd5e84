"""Strategy `as_trained`: the numbers that the notebook's own training left, trained no further."""

from pathlib import Path

from grader.evidence.graph import head
from grader.measure import transfer, whole
from grader.measure.plan import NotMeasurable
from grader.measure.tasks import Prepared, Tasks
from grader.measure.weights import own_numbers, weights_of
from grader.records import Evidence, Graph

FINAL, TRAINED = "final", "trained"
"""The model that was handed over; that which the notebook trained last."""


def prepare(evidence: Evidence, out: Path, tasks: Tasks) -> Prepared:
    """The trained model with its numbers. Raises NotMeasurable, NotRebuilt.

    In an assignment that measures as `transfer` the frozen part is ours still: its features are
    there already.
    """
    names = (TRAINED, FINAL) if tasks.recipe.strategy == "as_trained" else (TRAINED,)
    for name in names:
        graph = evidence.graphs.get(name)
        if graph is not None and evidence.weights.get(name):
            return _prepared(evidence, name, graph, out, tasks)
    raise NotMeasurable("The notebook left no trained model that could be measured.")


def _prepared(evidence: Evidence, name: str, graph: Graph, out: Path, tasks: Tasks) -> Prepared:
    if tasks.recipe.strategy == "transfer":
        planned = transfer.plan_within(graph, tasks)
        network = weights_of(evidence, graph, planned.cut, out, tasks, (name,))
        return Prepared(planned, network, own_numbers(evidence, head(graph), name, out))
    planned = whole.plan(graph, tasks.recipe.input_shape, len(tasks.classes))
    return Prepared(planned, own=own_numbers(evidence, whole.layers_of(graph), name, out))
