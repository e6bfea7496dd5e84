"""Which layers, operations, losses and optimizers the measuring sandbox builds, within what bounds.

They stand in `allowed.toml`. What is out of all bounds is its student's; what is only not in these
lists may be right all the same, and is ours: it is never tried, and never costs points.
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Rule = Callable[[Any], bool]

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LOSSES, OTHER_LOSSES = set(TABLES["losses"]), set(TABLES["other_losses"])
OPTIMIZERS, OTHER_OPTIMIZERS = set(TABLES["optimizers"]), set(TABLES["other_optimizers"])
RECURRENT = ("SimpleRNN", "LSTM", "GRU")
COMBINING = {"Concatenate", "Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"}
ARITHMETIC = {kind for kind, words in TABLES["layers"].items() if words == "constant first"}
"""Operations of a tensor and its constant, or of two tensors."""
MAX_RATE = 1000.0
MAX_WHOLE = 10**12
"""Far above what is built: the real bound is on sizes, and the message for it a better one."""
MAX_LIST = 4
MAX_NUMBERS = 64
"""Of a list of means, one for each channel."""
NAMED = ("activation", "_initializer", "_regularizer", "_constraint")
"""Ends of the settings that name a function or an object: others than ours may be right."""
CHOSEN = {
    "padding", "mode", "fill_mode", "interpolation", "return_state", "stateful",
    "zero_output_for_mask",
}  # fmt: skip
"""Settings with a few values, of which we have not all."""


def whole(lowest: int = 1) -> Rule:
    return lambda value: type(value) is int and lowest <= value <= MAX_WHOLE


def number(lowest: float, highest: float) -> Rule:
    def fits(value: Any) -> bool:
        return type(value) in (int, float) and math.isfinite(value) and lowest <= value <= highest

    return fits


def word(*words: str) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def listed(rule: Rule, most: int) -> Rule:
    """One that fits the rule, or a list of them."""
    return lambda value: (
        0 < len(value) <= most and all(map(rule, value)) if isinstance(value, list) else rule(value)
    )


def described(kinds: str) -> Rule:
    """An object of one of the kinds in that list, all else about it a number."""
    known, fits = word(*TABLES[kinds]), number(-MAX_RATE, MAX_RATE)
    return lambda value: (
        isinstance(value, dict)
        and known(value.get("kind"))
        and all(fits(inner) for name, inner in value.items() if name != "kind")
    )


def inner(*kinds: str) -> Rule:
    """A layer within another: of one of these kinds, or of any that holds no other."""

    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        kind, settings = value.get("kind"), value.get("settings")
        if not isinstance(kind, str) or not isinstance(settings, dict):
            return False
        bare = kind.startswith("op:") or "layer" in settings
        return kind in (kinds or LAYERS) and not bare and not wrong_setting(kind, settings)

    return fits


_axis: Rule = lambda value: type(value) is int and -4 <= value <= 4  # noqa: E731, PLR2004 - of a batch
_factor, _steps = number(-1e6, 1e6), number(0, MAX_WHOLE)
RULES: dict[str, Rule] = {
    "whole": whole(),
    "whole from -1": whole(-1),
    "sides": listed(whole(), MAX_LIST),
    "sides from 0": listed(whole(0), MAX_LIST),
    "sides from -1": listed(whole(-1), MAX_LIST),
    "edges": listed(listed(whole(0), 2), 2),  # a border: one, one an axis, or two an axis
    "axis": _axis,
    "axes": listed(_axis, MAX_LIST),
    "places": listed(whole(), MAX_LIST),  # axes but for that of the batch
    "flag": lambda value: isinstance(value, bool),
    "off": lambda value: value is False,  # a switch that has to be where it usually is
    "activation": word(*TABLES["activations"]),
    "initializer": described("initializers"),
    "regularizer": described("regularizers"),
    "constraint": described("constraints"),
    "any layer": inner(),
    "recurrent layer": inner(*RECURRENT),
    "factor": _factor,
    "factors": listed(_factor, MAX_NUMBERS),
    "shift": listed(_factor, 2),
    "limit": lambda value: value is None or number(0, 1e6)(value),
    "means": listed(number(-1e16, 1e16), MAX_NUMBERS),
    "variances": listed(number(0, 1e16), MAX_NUMBERS),
    "constant": listed(number(-1e9, 1e9), MAX_NUMBERS),
    "steps": _steps,
    "boundaries": listed(_steps, MAX_NUMBERS),
    "rates": listed(number(0, MAX_RATE), MAX_NUMBERS),
}


def _rule(told: Any) -> Rule:
    """As a table has it: a rule's name, two ends of a number, words."""
    if isinstance(told, str):
        return RULES[told]
    return word(*told) if isinstance(told[0], str) else number(*told)


def _settings(kind: str, words: str) -> dict[str, tuple[Rule, bool]]:
    """Name → (rule, whether it is needed) of what a table says in words."""
    known = TABLES["settings"]
    rules: dict[str, tuple[Rule, bool]] = {}
    for each in words.split():
        name = each.rstrip("!")
        what = name.rpartition("_")[2]
        if name.startswith("@"):
            rules |= _settings(kind, TABLES["groups"][name[1:]])
        elif what == "*":
            ends = ("initializer", "regularizer", "constraint")
            rules |= {name[:-1] + end: (RULES[end], False) for end in ends}
        elif what in RULES and name not in known:
            rules[name] = RULES[what], False
        else:
            rules[name] = _rule(known.get(f"{kind}.{name}", known.get(name))), each != name
    return rules


LAYERS = {kind: _settings(kind, words) for kind, words in TABLES["layers"].items()}
SCHEDULES = {kind: _settings(kind, words) for kind, words in TABLES["schedules"].items()}
OPTIONS = {name: (_rule(told), False) for name, told in TABLES["options"].items()}


def wrong(rules: Mapping[str, tuple[Rule, bool]], settings: Mapping[str, Any]) -> str:
    """Name of the first setting that is missing, unknown or out of bounds; "" when all are fine."""
    missing = [name for name, (_, needed) in rules.items() if needed and name not in settings]
    unfit = [name for name in settings if name not in rules or not rules[name][0](settings[name])]
    return next(iter(missing + unfit), "")


def wrong_setting(kind: str, settings: Mapping[str, Any]) -> str:
    """The same for a layer of that kind."""
    return wrong(LAYERS[kind], settings)


def may_be_right(kind: str, name: str, settings: Mapping[str, Any]) -> bool:
    """Whether a setting that `wrong_setting` named may be right although we do not build it.

    Keras has it and we do not, or it is a function or an object of the student's own.
    """
    if name == "layer" or kind.startswith("op:"):
        return True
    if name not in settings:
        return False
    value = settings[name]
    if name not in LAYERS[kind]:
        return True
    if name in CHOSEN:
        return isinstance(value, str | bool)
    named = value.get("kind") if isinstance(value, dict) else value
    known = {*TABLES["initializers"], *TABLES["regularizers"], *TABLES["constraints"]}
    return name.endswith(NAMED) and isinstance(named, str) and named not in known
