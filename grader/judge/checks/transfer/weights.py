"""Ready-made checks of a pretrained network's numbers: loaded whole, and not to be changed."""

from collections.abc import Sequence

from grader.judge.checks.causes import WITHOUT_NETWORK, nothing_usable
from grader.judge.checks.declared import may_show
from grader.judge.checks.finding import failed, graph, handed, left_as, ok_answer, partial, passed
from grader.records import Evidence, Finding, Layer


@may_show("random-weights", "weights-partly", "weights-replaced")
def weights_pretrained(evidence: Evidence, *, function: str, what: str) -> Finding:
    """Every array of the network holds the pretrained numbers, also after the head was built.

    what: those numbers, in words for a student.
    """
    expected = f"all arrays hold {what}"
    ok_answer(evidence, (function,))
    arrays = evidence.weights.get("base", ())
    if not arrays:
        graph(evidence, "base", function)
        why = "The weights of the model could not be read"
        cause = nothing_usable("weights", why)
        return failed(f"{why}.", expected=expected, cause=cause)
    final = evidence.graphs.get("final")
    places = {layer.id for layer in final.layers if layer.reference} if final else set()
    elsewhere = [array for array in evidence.weights.get("final", ()) if array.layer in places]
    same = [array for array in arrays if array.origin == "pretrained"]
    seen = f"{len(same)} of {len(arrays)} arrays hold them"
    if not same:
        return failed(
            "The network starts from other numbers than the pretrained ones: what was learned "
            "before is not in it.",
            seen=seen,
            expected=expected,
            shows=["random-weights"],
        )
    if len(same) < len(arrays):
        return failed(
            f"Only a part of the pretrained weights is in the network: {len(arrays) - len(same)} "
            "arrays differ. They were loaded in part, or changed later.",
            seen=seen,
            expected=expected,
            shows=["weights-partly"],
        )
    if any(array.origin != "pretrained" for array in elsewhere):
        return failed(
            "The network has the pretrained weights, but the final model holds another network "
            "without them.",
            seen=seen,
            expected=expected,
            shows=["weights-replaced"],
        )
    return passed("The pretrained weights are in the network.", seen=seen, expected=expected)


@may_show("no-freeze", "frozen-late", "frozen-in-part")
def base_frozen(evidence: Evidence, *, function: str, partly: float = 0.25) -> Finding:
    """No parameter of the returned network would be changed by training.

    partly: share where less than half of its layers would.
    """
    model = graph(evidence, "base", function)
    final = evidence.graphs.get("final")
    own = [layer for layer in final.layers if layer.reference] if final else []
    # frozen in the final model: something froze it after it was made
    late = bool(own) and not any(layer.trainable_parameters for layer in own)
    shows = "frozen-late" if late else "no-freeze"
    left = left_as(ok_answer(evidence, (function,)))
    subject = f"`{left}`" if left else "The network, as it is returned,"
    return _frozen(model.layers, partly, subject, shows)


@may_show("no-freeze", "unfrozen-later", "frozen-in-part")
def final_frozen(evidence: Evidence, *, function: str, partly: float = 0.25) -> Finding:
    """No parameter of the network inside the final, compiled model would be changed by training.

    partly: share where less than half of its layers would.
    """
    model = graph(evidence, "final", function)
    used = model.used
    network = handed(evidence, model) & used
    given = [layer for layer in model.layers if layer.id in network]
    # what was put behind the pretrained layers is a matter of the cut; another network has no such
    layers = [layer for layer in given if layer.reference] or given
    if not layers:
        return failed(
            "The final model does not contain the pretrained network.",
            expected="a frozen network below the new layers",
            cause=WITHOUT_NETWORK,
        )
    before = evidence.graphs.get("base")
    late = before is not None and not any(layer.trainable_parameters for layer in before.layers)
    shows = "unfrozen-later" if late else "no-freeze"
    return _frozen(layers, partly, "Inside the final model the network", shows)


def _frozen(layers: Sequence[Layer], partly: float, subject: str, shows: str) -> Finding:
    changing = [layer for layer in layers if layer.trainable_parameters]
    able = [layer for layer in layers if layer.parameters]
    count = sum(layer.trainable_parameters for layer in changing)
    expected = "0 trainable parameters in the pretrained network"
    if not changing and able:
        return passed(f"{subject} is frozen.", seen="0 trainable parameters", expected=expected)
    seen = f"{count:,} trainable parameters in {len(changing)} of {len(able)} layers with weights"
    where = [layer.id for layer in changing][:400]
    if not able:
        return failed(f"{subject} has no weights.", seen="no parameters", expected=expected)
    if len(changing) > len(able) // 2:
        return failed(
            f"{subject} is not frozen: training would change its pretrained weights.",
            seen=seen,
            expected=expected,
            where=where,
            shows=[shows],
        )
    return partial(
        partly,
        f"{subject} is frozen only in part.",
        seen=seen,
        expected=expected,
        where=where,
        shows=["frozen-in-part"],
    )
