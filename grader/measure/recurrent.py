"""Recurrent layers that are read in both directions: one layer, described within another."""

from typing import Any

from grader.measure.allowed import NAMED, wrong_setting

BOTH_WAYS = "Bidirectional"
RECURRENT = {"SimpleRNN", "LSTM", "GRU"}
MERGED = {"concat", "sum", "mul", "ave"}
NO_SETTINGS = {
    "name", "trainable", "dtype", "seed", "batch_input_shape", "time_major", "implementation",
    "zero_output_for_mask",
}  # fmt: skip
USUAL = {
    "kernel_initializer": "GlorotUniform",
    "recurrent_initializer": "Orthogonal",
    "bias_initializer": "Zeros",
}
"""Of what is described so deep only the class is in the graph; these have no numbers of their own
that matter."""


def both_ways(settings: dict[str, Any]) -> dict[str, Any] | None:
    """{"merge_mode", "layer": {"kind", "settings"}} of such a layer; None when it cannot be read,
    or when the way back has another layer than the way there."""
    there = _layer(settings.get("layer"))
    back = _layer(settings.get("backward_layer", settings.get("layer")))
    mode = settings.get("merge_mode", "concat")
    if there is None or there != back or not isinstance(mode, str) or mode not in MERGED:
        return None
    turned = settings["layer"]["config"].get("go_backwards")
    return None if turned else {"merge_mode": mode, "layer": there}


def _layer(given: Any) -> dict[str, Any] | None:
    """A serialised layer in the form of a plan, whichever way it reads."""
    kind = given.get("class_name") if isinstance(given, dict) else None
    config = given.get("config") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in RECURRENT or not isinstance(config, dict):
        return None
    settings: dict[str, Any] = {}
    for name, value in config.items():
        if value is None or name in NO_SETTINGS or name == "go_backwards":
            continue
        if name.endswith(NAMED) and isinstance(value, dict):
            if USUAL.get(name) != value.get("class_name"):
                return None
            continue
        settings[name] = value
    return None if wrong_setting(kind, settings) else {"kind": kind, "settings": settings}
