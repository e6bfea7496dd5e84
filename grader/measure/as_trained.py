"""Strategy `as_trained`: the numbers that the notebook's own training left, trained no further."""

from pathlib import Path

from grader.evidence.graph import head
from grader.measure import transfer, whole
from grader.measure.plan import NotMeasurable
from grader.measure.tasks import Prepared, Tasks
from grader.measure.weights import own_numbers, weights_of
from grader.records import Evidence

FINAL, TRAINED = "final", "trained"
"""The model that was handed over; that which the notebook trained last."""


def prepare(evidence: Evidence, out: Path, tasks: Tasks) -> Prepared:
    """The trained model with its numbers. Raises NotMeasurable, NotRebuilt.

    In an assignment that measures as `transfer` the frozen part is ours still: its features are
    there already.
    """
    names = (TRAINED, FINAL) if tasks.recipe.strategy == "as_trained" else (TRAINED,)
    name = next((n for n in names if n in evidence.graphs and evidence.weights.get(n)), "")
    if not name:
        raise NotMeasurable("The notebook left no trained model that could be measured.")
    graph = evidence.graphs[name]
    if tasks.recipe.strategy == "transfer":
        planned = transfer.plan_within(graph, tasks)
        network = weights_of(evidence, graph, planned.cut, out, tasks, (name,))
        return Prepared(planned, network, own_numbers(evidence, head(graph), name, out))
    planned = whole.plan(graph, tasks.recipe.input_shape, len(tasks.classes))
    return Prepared(planned, own=own_numbers(evidence, whole.layers_of(graph), name, out))
