"""The family of plain networks: data, and models that are built from nothing.

`asked["functions"]` has, beside "data", one part for each model; the part's name is that of the
files that it leaves in `out`, `graph_<part>.json` and `weights_<part>.*`. The one that is compiled,
trained and measured is called "final". In `asked`, beside what `parts.py` lists, may stand

    given         part → what its function is handed, as far as it has places without a default: a
                  list is handed as a tuple, as shapes are; {"from": part} is the model of a part
                  before it; {"split": "train"} are the inputs of that split, or the data set, that
                  the data function returns of the notebook's own data. Without it, nothing.
    input_shape   of one input, without the batch: a Sequential that was not told it is built for
                  it, and a model of a class of its own is followed with it; of several inputs a
                  table (by name) or a list of shapes
    weights       parts whose arrays are written too, where it is about what the notebook trained

In flat code the model of a part is the one of its usual name; "final" is else the compiled one.
"""

from typing import Any

from ..export import write_graph, write_weights
from .parts import Parts, built

FINAL = "final"


def ask_plain(notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    parts = Parts(notebook, asked, out)
    parts.ask_data()
    models: dict[str, Any] = {}
    for part in parts.functions:
        if part != "data" and parts.wanted & {part, *_builds_on(parts, part)}:
            _ask_model(parts, part, models)
    parts.give_missing(parts.functions)


def _builds_on(parts: Parts, part: str) -> set[str]:
    """The parts that are handed this one's model, as far as it goes."""
    given = parts.asked.get("given", {})
    return {
        other for other, values in given.items() if any(_part(value) == part for value in values)
    }


def _ask_model(parts: Parts, part: str, models: dict[str, Any]) -> None:
    given = parts.asked.get("given", {}).get(part, ())
    lacking = [before for value in given if (before := _part(value)) and before not in models]
    name = parts.defined(part)
    if name and lacking:
        why = f"it is handed the model of `{parts.functions[lacking[0]][0]}`, which gave none"
        parts.answers.give(name, "raised", None, why)
        return
    offered = [_handed(value, models, parts) for value in given]
    came = parts.call(
        part,
        offered,
        all_of_them=False,
        flat=lambda left: left.head(part) if part == FINAL else left.usual(part),
    )
    if came.status == "missing":
        return
    facts = came.facts()
    if facts["is_model"]:
        models[part] = came.value
        model = built(came.value, parts.asked.get("input_shape"))
        facts["export"] = parts.export(write_graph, model, part)
        if not facts["export"] and part in parts.asked.get("weights", ()):
            facts["export"] = parts.export(write_weights, model, part)
    parts.give(came, facts)


def _part(value: Any) -> str:
    """The part whose model is handed; "" for any other value."""
    return str(value.get("from", "")) if isinstance(value, dict) else ""


def _handed(value: Any, models: dict[str, Any], parts: Parts) -> Any:
    if isinstance(value, dict) and "split" in value:
        return parts.inputs_of(value["split"])
    if isinstance(value, dict):
        return models.get(value["from"])  # flat code is handed nothing
    return tuple(value) if isinstance(value, list) else value
