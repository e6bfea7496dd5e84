"""The ready-made check of a layer: of which kind, how many, with which settings, and where."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from grader.evidence.graph import ancestors
from grader.judge.checks.finding import Said, failed, graph, partial, passed
from grader.judge.checks.model.chain import (
    BETWEEN,
    activation_of,
    behind,
    flattens,
    head_layers,
    kinds_of,
    normalizes,
)
from grader.judge.checks.model.kinds import Kinds, Setting, Share, several
from grader.records import Evidence, Finding, Graph, Layer

USUAL: Mapping[str, Any] = {
    "activation": "linear",
    "data_format": "channels_last",
    "groups": 1,
    "dilation_rate": 1,
    "keepdims": False,
}
"""What the neutral graph leaves out: Keras's usual values."""
TOLERANCE = 1e-6
"""Relative: numbers that went through single precision."""
ONLY_IN_TRAINING = ("Dropout", "Noise", "Random")
"""Layers of such names do nothing at all when a call switches training off."""
JOINING = {
    f"op:{kind.lower()}": kind for kind in ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
}
"""Operation of two tensors → the layer that does the same."""
Place = Literal["anywhere", "first", "last"]
MAX_SHOWN = 6
SPOKEN_AS_VOWELS = ("A", "E", "I", "O", "Up", "LSTM")


def has_layer(  # noqa: PLR0913 - each is one key of the criterion's table
    evidence: Evidence,
    *,
    function: str,
    kind: Kinds,
    at_least: Annotated[int, Field(ge=1)] = 1,
    settings: Mapping[str, Setting] | None = None,
    before: Kinds | None = None,
    after: Kinds | None = None,
    place: Place = "anywhere",
    wrong: Share = 0.5,
) -> Finding:
    """Enough layers of a kind stand on the way to the output, as asked for, where asked for. Layers
    of a pretrained network do not count, those within a wrapper as Bidirectional do.

    kind, before, after: a class of Keras or a list, of which one is enough; `Flatten` means also a
    Reshape to one row. at_least: how many. settings: each a value (a number also for all sides of a
    window), a list of words of which one is right, or `{ at_least = 16, at_most = 64 }`;
    `activation` also counts in a layer of its own behind it. place: "first" (nothing before it
    learns), "last" (nothing behind it does). wrong: share where there are such layers, but too few,
    elsewhere or with other settings.
    """
    model = graph(evidence, "final", function)
    kinds, wishes = several(kind), dict(settings or {})
    layers = head_layers(model)
    there = _of(layers, kinds)
    name = " or ".join(kinds)
    said = Said(
        seen=kinds_of(layers),
        expected=_expected(name, at_least, wishes) + _where(before, after, place),
        where=[layer.id for layer in there][:400],
    )
    if not there:
        return failed(f"There is no {name} layer on the way to the output.", **said)
    if len(there) < at_least:
        why = f"There {_count(len(there), name, 'only ')} on the way to the output."
        return partial(wrong, why, **said)
    idle = {layer.id: why for layer in there if (why := _why_idle(layer))}
    active = [layer for layer in there if layer.id not in idle]
    if len(active) < at_least:
        why = next(iter(idle.values()))
        return partial(wrong, f"There is {name}, but {why}.", **said)
    standing = _standing(model, before, after, place)
    placed = [layer for layer in active if layer.id in standing]
    if len(placed) < at_least:
        return partial(wrong, f"There is {name}, but not where it is asked for.", **said)
    right = [layer for layer in placed if _fits(model, layer, wishes)]
    if len(right) < at_least:
        said["seen"] = "; ".join(_shown(model, layer, wishes) for layer in placed[:MAX_SHOWN])
        why = f"There {_count(len(right), name, 'only ')} with the settings that are asked for."
        if not right:
            why = f"There is {name}, but with other settings than asked for."
        return partial(wrong, why, **said)
    kept = " and ".join(dict.fromkeys(layer.kind for layer in right))
    return passed(f"There {_count(len(right), kept)} as asked for.", **said)


def _of(layers: Sequence[Layer], kinds: Sequence[str]) -> list[Layer]:
    """Those of a kind; in the place of a wrapper the layer that it runs, and of an operation the
    layer that does the same, where that is one."""
    each = ((layer, _wrapped(layer), _joining(layer)) for layer in layers)
    found = (next((layer for layer in ways if _is(layer, kinds)), None) for ways in each)
    return [layer for layer in found if layer is not None]


def _wrapped(layer: Layer) -> Layer:
    """What a layer as Bidirectional or TimeDistributed runs, in its place; any other as it is."""
    inner = layer.settings.get("layer")
    kind, settings = (
        (inner.get("kind"), inner.get("settings")) if isinstance(inner, Mapping) else ("", {})
    )
    if not isinstance(kind, str) or not kind or not isinstance(settings, Mapping):
        return layer
    return layer.model_copy(update={"kind": kind, "settings": settings})


def _joining(layer: Layer) -> Layer:
    """`x + y` of two tensors as the layer Add, and so on; any other as it is."""
    kind = JOINING.get(layer.kind) if len(layer.inputs) > 1 else None
    return layer.model_copy(update={"kind": kind}) if kind else layer


def _is(layer: Layer, kinds: Sequence[str]) -> bool:
    return layer.kind in kinds or ("Flatten" in kinds and flattens(layer))


def _why_idle(layer: Layer) -> str:
    """Why a layer leaves everything what it is; "" for one that does something."""
    only = any(word in layer.kind for word in ONLY_IN_TRAINING)
    if only and layer.settings.get("training") is False:
        return "it is switched off"
    if layer.kind == "Normalization" and not normalizes(layer):
        return "it has not seen the data: it still has the mean 0 and the variance 1"
    sizes = [layer.settings.get(name) for name in ("pool_size", "strides")]
    sides = [side for size in sizes for side in (size if isinstance(size, list) else [size])]
    pools = "Pooling" in layer.kind
    return "its windows hold one place only" if pools and all(side == 1 for side in sides) else ""


def _standing(model: Graph, before: Kinds | None, after: Kinds | None, place: Place) -> set[str]:
    """Ids of the layers that stand where it is asked for."""
    layers = head_layers(model)
    ids = {layer.id for layer in layers}
    learning = [layer for layer in model.layers if _learns(layer)]
    if before is not None:
        ids &= _leading(model, _of(layers, several(before)))
    if after is not None:
        ids &= behind(model, [layer.id for layer in _of(layers, several(after))])
    if place == "first":
        ids -= behind(model, [layer.id for layer in learning])
    if place == "last":
        ids -= _leading(model, learning)
    return ids


def _leading(model: Graph, ends: Sequence[Layer]) -> set[str]:
    """Ids of the nodes from which some way leads to one of `ends`."""
    return ancestors(model, [source for end in ends for source in end.inputs])


def _learns(layer: Layer) -> bool:
    """Normalization learns nothing by training: it is told the data's mean."""
    return layer.parameters > 0 and layer.kind != "Normalization"


def _fits(model: Graph, layer: Layer, wishes: Mapping[str, Any]) -> bool:
    return all(fits(_setting(model, layer, name), wish) for name, wish in wishes.items())


def _setting(model: Graph, layer: Layer, name: str) -> Any:
    if name == "activation":
        return activation_of(model, layer, through=BETWEEN)
    return layer.settings.get(name, USUAL.get(name))


def fits(seen: Any, wish: Any) -> bool:
    """Whether a setting as a sandbox wrote it is what the rubric asks for. Never raises."""
    if isinstance(wish, list) and wish and isinstance(wish[0], str):
        return any(fits(seen, word) for word in wish)
    if isinstance(wish, str):
        return isinstance(seen, str) and seen.lower() == wish.lower()
    if type(wish) is bool:
        return seen is wish
    if isinstance(seen, list) and isinstance(wish, list):
        return len(seen) == len(wish) and all(map(fits, seen, wish))
    sides, wanted = seen if isinstance(seen, list) else [seen], wish
    if isinstance(wanted, list):
        return bool(wanted) and all(fits(seen, side) for side in wanted)
    return bool(sides) and all(_number_fits(side, wanted) for side in sides)


def _number_fits(seen: Any, wish: Any) -> bool:
    if type(seen) not in (int, float):
        return False
    if isinstance(wish, dict):
        low, high = wish.get("at_least", -math.inf), wish.get("at_most", math.inf)
        return low <= seen <= high or any(_near(seen, end) for end in (low, high))
    return _near(seen, wish)


def _near(seen: float, wish: float) -> bool:
    return math.isclose(seen, wish, rel_tol=TOLERANCE)


def _count(count: int, name: str, only: str = "") -> str:
    """ "is a Conv2D layer", "are only 2 Conv2D layers"."""
    if count == 1:
        return f"is {f'{only}one {name}' if only else _a(name)} layer"
    return f"are {only}{count} {name} layers"


def _a(name: str) -> str:
    """ "a Dense", "an LSTM"."""
    return f"an {name}" if name.startswith(SPOKEN_AS_VOWELS) else f"a {name}"


def _expected(name: str, at_least: int, wishes: Mapping[str, Any]) -> str:
    amount = f"at least {at_least} {name} layers" if at_least > 1 else f"{_a(name)} layer"
    asked = ", ".join(f"{setting} {_words(wish)}" for setting, wish in wishes.items())
    return amount + (f" with {asked}" if asked else "")


def _words(value: Any) -> str:
    """A setting, asked for or seen, of whatever type."""
    if isinstance(value, dict):
        bounds = {"at_least": "of at least", "at_most": "of at most"}
        parts = (f"{bounds.get(key, key)} {_words(end)}" for key, end in value.items())
        return " and ".join(parts)
    if isinstance(value, list):
        sign = " or " if value and isinstance(value[0], str) else "×"
        return sign.join(map(_words, value))
    return f"{value:g}" if type(value) in (int, float) else str(value)


def _where(before: Kinds | None, after: Kinds | None, place: Place) -> str:
    side = {"first": "before", "last": "behind"}.get(place)
    parts = [f"with no layer that learns {side} it"] if side else []
    parts += [f"after {' or '.join(several(after))}"] if after else []
    parts += [f"before {' or '.join(several(before))}"] if before else []
    return "".join(f", {part}" for part in parts)


def _shown(model: Graph, layer: Layer, wishes: Mapping[str, Any]) -> str:
    """The layer with the settings that were asked for, as it has them."""
    values = ((name, _setting(model, layer, name)) for name in wishes)
    words = ", ".join(f"{name} {_words(value)}"[:60] for name, value in values)
    return f"{layer.kind} with {words}"
