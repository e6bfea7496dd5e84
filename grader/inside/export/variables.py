"""Which variables a Keras layer has, and which of them training would change.

Read from the objects' own fields, never through Keras's properties: these are Python, a notebook
can put others in their place, and a network then says that it is frozen while it is not. What
stands in the fields is what training goes by, so writing there is the same as doing it.
"""

from collections.abc import Sequence
from typing import Any

KERAS3 = ("_trainable_variables", "_non_trainable_variables")
LEGACY = ("_trainable_weights", "_non_trainable_weights")


def variables(layer: Any) -> tuple[Any, ...]:
    """All variables of a layer, those of layers inside it included, each once; () for others."""
    found = _gather(layer, KERAS3 if _is_keras3(layer) else LEGACY)
    return tuple({id(variable): variable for variable in found}.values())


def own_variables(layer: Any) -> list[Any]:
    """Those that it has itself, not by a layer inside it."""
    lists = KERAS3 if _is_keras3(layer) else LEGACY
    return [variable for name in lists for variable in _entries(layer, name)]


def trained(model: Any) -> set[int]:
    """ids of the variables that training the model would change."""
    if not _is_keras3(model):
        return {id(variable) for variable in _gather(model, LEGACY[:1], trained_only=True)}
    # In Keras 3 a variable says so itself, whatever the layer that has it says.
    live = [variable for variable in variables(model) if is_trainable(variable)]
    return {id(variable) for variable in live} if is_trainable(model) else set()


def is_trainable(thing: Any) -> bool:
    """What the own flag of a layer, or of a variable of Keras 3, says; True where it has none."""
    return bool(_field(thing, "_trainable", True))


def _is_keras3(layer: Any) -> bool:
    return _field(layer, KERAS3[0]) is not None


def _gather(
    layer: Any,
    lists: Sequence[str],
    *,
    trained_only: bool = False,
    seen: set[int] | None = None,
) -> list[Any]:
    """What stands in these lists of a layer and of all layers inside it, each looked at once."""
    seen = set() if seen is None else seen
    if id(layer) in seen or (trained_only and not is_trainable(layer)):
        return []
    seen.add(id(layer))
    found = [variable for name in lists for variable in _entries(layer, name)]
    for inner in inside(layer):
        found += _gather(inner, lists, trained_only=trained_only, seen=seen)
    return found


def inside(layer: Any) -> list[Any]:
    """The layers in a layer; tf-keras keeps those that stand in a list as that list."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = _entries(layer, "_layers" if _is_keras3(layer) else "_self_tracked_trackables")
    while waiting:
        inner = waiting.pop(0)
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        if isinstance(inner, list):
            waiting = [*_items(inner), *waiting]
        elif not any(kind.__name__ == "Metric" for kind in type.mro(type(inner))):
            found.append(inner)
    return found


def _entries(layer: Any, name: str) -> list[Any]:
    """A list among the fields."""
    kept = _field(layer, name)
    return _items(kept) if isinstance(kept, list) else []


def _items(kept: list[Any]) -> list[Any]:
    """As the interpreter sees them; the lists of TensorFlow keep theirs in another one."""
    storage = _field(kept, "_storage")
    return list(list.__iter__(storage if isinstance(storage, list) else kept))


def _field(thing: Any, name: str, default: Any = None) -> Any:
    """An attribute that is kept in the object itself, whatever its class makes of that name."""
    try:
        return object.__getattribute__(thing, "__dict__").get(name, default)
    except AttributeError:  # an object without fields
        return default
