"""A layer's kind and the settings that change what it computes, spelled the same in every Keras."""

import re
from typing import Any

import numpy as np

ALIASES = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "softmax_v2": "softmax",
    "relu_v2": "relu",
    "identity": "linear",
    "": "linear",
}
IGNORED = {
    *("name", "trainable", "dtype", "batch_shape", "batch_input_shape", "sparse", "ragged"),
    *("optional", "seed", "synchronized", "quantization_config", "noise_shape", "lora_rank"),
    *("lora_alpha", "renorm", "renorm_momentum", "renorm_clipping", "build_input_shape", "module"),
    *("registered_name", "virtual_batch_size", "autocast", "time_major", "implementation"),
    *("input_length", "rng_type", "layer", "backward_layer"),
}
DEFAULTS = {
    "activation": "linear",
    "data_format": "channels_last",
    "groups": 1,
    "dilation_rate": [1, 1],
    "keepdims": False,
}
"""What need not be said: left out when it has this value."""
INITIALIZERS = {
    "kernel": "glorot_uniform",
    "bias": "zeros",
    "beta": "zeros",
    "gamma": "ones",
    "moving_mean": "zeros",
    "moving_variance": "ones",
}
"""Those that Keras takes by itself: left out too."""
TRAINING_MATTERS = ("Dropout", "Noise", "BatchNormalization", "Random", "custom:")
MAX_TEXT = 100
MAX_LIST = 64
MAX_DEPTH = 3
MAX_NUMBER = 2.0**53
DIGITS = 6
"""Of a number that comes from data: the last bits of a mean hang on the order of additions."""


def kind_of(layer: Any) -> str:
    """Class name for Keras's own layers; "op:…" for a bare operation, "custom:…" for the rest."""
    kind = type(layer)
    name, home = str(kind.__name__), str(kind.__module__)
    if home.partition(".")[0] not in ("keras", "tf_keras"):
        return f"custom:{_word(name)}"
    if name in ("TFOpLambda", "SlicingOpLambda"):
        return f"op:{_word(str(getattr(layer, 'symbol', '') or name))}"
    if ".ops." in home or name == "Lambda":
        return f"op:{_word(name)}"
    return _word(name)


def settings_of(
    layer: Any, training: bool | None, rank: int, *, around: bool = True
) -> dict[str, Any]:
    """The settings in normal form; {} where the layer does not tell.

    `training` is the argument of this call, `rank` the number of axes of the output; around:
    whether layers inside it are told.
    """
    kind = kind_of(layer)
    settings: dict[str, Any] = {}
    if training is not None and any(word in kind for word in TRAINING_MATTERS):
        settings["training"] = training
    if kind.startswith(("op:", "custom:")):
        return settings
    if around:
        settings |= _inner_layers(layer)
    return settings | _told(layer, kind, rank)


def _told(layer: Any, kind: str, rank: int) -> dict[str, Any]:
    """What the layer's own configuration says."""
    settings: dict[str, Any] = {}
    try:
        config = dict(layer.get_config())
    except Exception:  # noqa: BLE001 - an odd layer only stays without settings
        return settings
    for key, raw in config.items():
        if key in IGNORED or not isinstance(key, str):
            continue
        renamed = (kind, key) == ("LeakyReLU", "alpha")  # of tf-keras
        name = "negative_slope" if renamed else key[:MAX_TEXT]
        value = _setting(layer, name, raw, rank)
        if value is not None and DEFAULTS.get(name) != value:
            settings[name] = value
    if kind == "Normalization" and "mean" not in settings:
        settings |= _adapted(layer, settings.get("axis"), rank)
    return settings


def _adapted(layer: Any, axis: Any, rank: int) -> dict[str, Any]:
    """Mean and variance that a Normalization has from data, 0 and 1 before it saw any; {} where
    they are more than a list holds, or not one for each place of the last axis."""
    mean, variance = (getattr(layer, f"adapt_{name}", None) for name in ("mean", "variance"))
    if mean is None or variance is None:  # not built: neither told nor adapted
        return {"mean": 0.0, "variance": 1.0}
    lists = [
        [float(f"{number:.{DIGITS}g}") for number in np.asarray(numbers).ravel().tolist()]
        for numbers in (mean, variance)
    ]
    means, variances = lists
    if not any(means) and set(variances) == {1.0}:
        return {"mean": 0.0, "variance": 1.0}
    one_a_place = len(means) <= MAX_LIST and (len(means) == 1 or axis in (-1, rank - 1))
    told = one_a_place and all(abs(number) < MAX_NUMBER for number in means + variances)
    return {"mean": means, "variance": variances} if told else {}


def _inner_layers(layer: Any) -> dict[str, Any]:
    """{"layer", "backward_layer"} of a layer around others; the latter where it is not the same
    the other way round."""
    inner = getattr(layer, "forward_layer", None) or getattr(layer, "layer", None)
    if not hasattr(inner, "get_config"):
        return {}
    back = getattr(layer, "backward_layer", None)
    ways = [settings_of(way, None, 0, around=False) for way in (inner, back or inner)]
    for way in ways:
        way.pop("zero_output_for_mask", None)  # set by what is around it
    told = {"kind": kind_of(inner), "settings": dict(ways[0])}
    turned = [way.pop("go_backwards", False) for way in ways]
    same = kind_of(back or inner) == told["kind"] and ways[0] == ways[1]
    if back is None or (same and turned == [False, True]):
        return {"layer": told}
    return {"layer": told, "backward_layer": {"kind": kind_of(back)}}


def activation_name(function: Any) -> str:
    """ "relu" for "relu", tf.nn.relu, keras.activations.relu, a ReLU object …

    "unknown" for a function that is not Keras's or TensorFlow's own.
    """
    if function is None:
        return "linear"
    if isinstance(function, str):
        return _alias(function)
    if hasattr(function, "get_config"):
        return _alias(snake(type(function).__name__)) if known(type(function)) else "unknown"
    name = str(getattr(function, "__name__", ""))
    if not name or "lambda" in name or not known(function):
        return "unknown"
    return _alias(name)


def snake(name: str) -> str:
    """ "BinaryCrossentropy" → "binary_crossentropy", "ReLU" → "relu"."""
    if name.isupper() or name in ("ReLU", "LeakyReLU", "PReLU", "SiLU", "GELU"):
        return name.replace("Leaky", "leaky_").lower()
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def known(thing: Any) -> bool:
    """Whether a class or function is Keras's or TensorFlow's own."""
    home = str(getattr(thing, "__module__", "") or "").partition(".")[0]
    return home in ("keras", "tf_keras", "tensorflow")


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON: numbers, words, short lists and small tables; None for the rest."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, int | float):
        return value if abs(value) < MAX_NUMBER else None
    if depth < MAX_DEPTH and isinstance(value, dict):
        return {str(k)[:MAX_TEXT]: plain(v, depth + 1) for k, v in list(value.items())[:MAX_LIST]}
    if depth < MAX_DEPTH and isinstance(value, list | tuple):
        return [plain(part, depth + 1) for part in list(value)[:MAX_LIST]]
    is_number = hasattr(value, "item") and getattr(value, "shape", None) == ()
    return plain(value.item(), depth) if is_number else None


def _setting(layer: Any, name: str, raw: Any, rank: int) -> Any:
    if name.endswith("activation"):
        return activation_name(getattr(layer, name, raw))
    if name.endswith("_initializer"):
        value = _object(raw)
        usual = {"kind": INITIALIZERS.get(name.removesuffix("_initializer"))}
        return None if value == usual else value
    if name.endswith(("_regularizer", "_constraint")):
        return _object(raw)
    value = plain(raw)
    if name == "axis":  # counted from the front; a list of one axis is that axis
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        negative = isinstance(value, int) and not isinstance(value, bool) and value < 0 < rank
        return value + rank if negative else value
    if name == "rate" and isinstance(value, int):
        return float(value)
    return value


def _object(raw: Any) -> dict[str, Any] | None:
    """A serialised Keras object as {"kind": …, its numbers}; None when there is none."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return {"kind": snake(raw)}
    if isinstance(raw, dict) and isinstance(raw.get("class_name"), str):
        config = raw.get("config")
        numbers = config if isinstance(config, dict) else {}
        kept = {k: plain(v) for k, v in numbers.items() if k not in ("seed", "name", "dtype")}
        return {"kind": snake(raw["class_name"])} | {
            k: v for k, v in kept.items() if isinstance(v, int | float) and k != "kind"
        }
    return {"kind": "unknown"}


def _alias(name: str) -> str:
    name = name.lower().replace(">", ".").rpartition(".")[2]
    return ALIASES.get(name, name)[:MAX_TEXT]


def _word(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]", "_", name)[:MAX_TEXT]
