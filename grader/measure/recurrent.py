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
    turned = (
        bool(settings.get("layer", {}).get("config", {}).get("go_backwards")) if there else True
    )
    if turned or there != back or mode not in MERGED:
        return None
    return {"merge_mode": mode, "layer": there}


def _layer(given: Any) -> dict[str, Any] | None:
    """A serialised layer in the form of a plan, whichever way it reads."""
    if not isinstance(given, dict) or given.get("class_name") not in RECURRENT:
        return None
    kind, config = given["class_name"], given.get("config")
    if not isinstance(config, dict):
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
