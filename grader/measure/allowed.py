"""Which layers, operations, losses and optimizers the measuring sandbox builds, within what bounds.

What is out of all bounds is its student's; what is only not in these lists may be right all the
same, and is ours: it is never tried, and never costs points.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any], bool]

ACTIVATIONS = {
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh",
    "sigmoid", "hard_sigmoid", "softmax", "softplus", "softsign", "exponential", "hard_silu",
    "log_softmax", "celu", "hard_tanh",
}  # fmt: skip
INITIALIZERS = {
    "zeros", "ones", "constant", "orthogonal", "random_normal", "random_uniform",
    "truncated_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    "lecun_uniform", "lecun_normal",
}  # fmt: skip
REGULARIZERS = {"l1", "l2", "l1_l2", "l1l2"}
CONSTRAINTS = {"max_norm", "non_neg", "unit_norm", "min_max_norm"}
LOSSES = {
    "binary_crossentropy", "binary_focal_crossentropy", "mean_squared_error",
    "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_logarithmic_error",
    "log_cosh", "huber", "hinge", "squared_hinge", "categorical_hinge", "poisson", "kl_divergence",
    "cosine_similarity", "categorical_crossentropy", "categorical_focal_crossentropy",
    "sparse_categorical_crossentropy",
}  # fmt: skip
OTHER_LOSSES = {"unknown", "dice", "tversky", "circle", "ctc"}
"""Of the student's own, or Keras's but not for us: not known to be wrong."""
OPTIMIZERS = {
    "rmsprop", "adam", "adamw", "adamax", "nadam", "sgd", "adagrad", "adadelta", "ftrl", "lion",
    "lamb",
}  # fmt: skip
MAX_RATE = 1000.0
MAX_WHOLE = 10**12
"""Far above what is built: the real bound is on sizes, and the message for it a better one."""
MAX_LIST = 4
MAX_NUMBERS = 64
"""Of a list of means, one for each channel."""


def whole(lowest: int = 1) -> Rule:
    return lambda value: type(value) is int and lowest <= value <= MAX_WHOLE


def number(lowest: float, highest: float) -> Rule:
    def fits(value: Any) -> bool:
        return type(value) in (int, float) and math.isfinite(value) and lowest <= value <= highest

    return fits


def word(*words: str) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def off(value: Any) -> bool:
    """A switch that has to be where it usually is."""
    return value is False


def axis(value: Any) -> bool:
    return type(value) is int and -4 <= value <= 4  # noqa: PLR2004 - axes of an image batch


def sides(lowest: int = 1) -> Rule:
    """A side length, or up to MAX_LIST of them."""
    return listed(whole(lowest), MAX_LIST)


def listed(rule: Rule, most: int) -> Rule:
    """One that fits the rule, or a list of them."""
    return lambda value: (
        0 < len(value) <= most and all(map(rule, value)) if isinstance(value, list) else rule(value)
    )


def edges(value: Any) -> bool:
    """Widths of a border: one, one an axis, or two an axis."""
    return listed(listed(whole(0), 2), 2)(value)


def described(kinds: set[str]) -> Rule:
    """An object of one of these kinds, all else about it a number."""
    known, fits = word(*kinds), number(-MAX_RATE, MAX_RATE)
    return lambda value: (
        isinstance(value, dict)
        and known(value.get("kind"))
        and all(fits(inner) for name, inner in value.items() if name != "kind")
    )


def _kept(*names: str) -> dict[str, Rule]:
    """How these arrays of a layer begin, and what is held against them."""
    rules = {"initializer": initializer, "regularizer": regularizer, "constraint": constraint}
    return {f"{name}_{what}": rule for name in names for what, rule in rules.items()}


initializer, regularizer = described(INITIALIZERS), described(REGULARIZERS)
constraint = described(CONSTRAINTS)
activation = word(*ACTIVATIONS)
factor, share = number(-1e6, 1e6), number(0, 0.999999)
LEARNING = _kept("kernel", "bias") | {"activity_regularizer": regularizer}
ACTIVE: dict[str, Rule] = {"activation": activation, "use_bias": flag}
NORMAL = {"axis": axis, "epsilon": number(0, 1), "center": flag, "scale": flag} | _kept(
    "beta", "gamma"
)
WINDOW: dict[str, Rule] = {"strides": sides(), "padding": word("valid", "same", "causal")}
CONVOLVING = {"kernel_size": sides(), "dilation_rate": sides(), "groups": whole()} | WINDOW
CONVOLUTION = {"filters": whole()} | CONVOLVING | ACTIVE | LEARNING
TRANSPOSED = CONVOLUTION | {"output_padding": sides(0)}
POOLING = {"pool_size": sides()} | WINDOW
GLOBAL: dict[str, Rule] = {"keepdims": flag}
DEPTHWISE = {"depth_multiplier": whole()} | _kept("depthwise", "pointwise")
RATE: dict[str, Rule] = {"rate": share}
RECURRENT: dict[str, Rule] = {
    "units": whole(), "recurrent_activation": activation, "dropout": share,
    "recurrent_dropout": share, "unit_forget_bias": flag, "reset_after": flag,
    "return_sequences": flag, "go_backwards": flag, "unroll": flag, "return_state": off,
    "stateful": off, "zero_output_for_mask": off,
} | ACTIVE | LEARNING | _kept("recurrent")  # fmt: skip
SHIFT = listed(factor, 2)
FILLING: dict[str, Rule] = {
    "fill_mode": word("reflect", "wrap", "constant", "nearest"),
    "interpolation": word("nearest", "bilinear"),
    "fill_value": factor,
}
SIZED: dict[str, Rule] = {"height": whole(), "width": whole()}
COMBINING = {"Concatenate", "Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"}
LAYERS: dict[str, dict[str, Rule]] = {
    "Dense": {"units": whole()} | ACTIVE | LEARNING,
    "Conv1D": CONVOLUTION,
    "Conv2D": CONVOLUTION,
    "Conv1DTranspose": TRANSPOSED,
    "Conv2DTranspose": TRANSPOSED,
    "SeparableConv1D": CONVOLUTION | DEPTHWISE,
    "SeparableConv2D": CONVOLUTION | DEPTHWISE,
    "DepthwiseConv1D": CONVOLVING | ACTIVE | LEARNING | DEPTHWISE,
    "DepthwiseConv2D": CONVOLVING | ACTIVE | LEARNING | DEPTHWISE,
    "Embedding": {"input_dim": whole(), "output_dim": whole(), "mask_zero": flag}
    | {"activity_regularizer": regularizer} | _kept("embeddings"),
    "SimpleRNN": RECURRENT,
    "LSTM": RECURRENT,
    "GRU": RECURRENT,
    "Masking": {"mask_value": factor},
    "BatchNormalization": {"momentum": number(0, 1)} | NORMAL
    | {"moving_mean_initializer": initializer, "moving_variance_initializer": initializer},
    "LayerNormalization": NORMAL | {"rms_scaling": flag},
    "GroupNormalization": {"groups": whole(-1)} | NORMAL,
    "UnitNormalization": {"axis": axis},
    **{f"{kind}Pooling{rank}D": POOLING for kind in ("Max", "Average") for rank in (1, 2)},
    **{f"Global{kind}Pooling{rank}D": GLOBAL for kind in ("Max", "Average") for rank in (1, 2)},
    "Dropout": RATE,
    "SpatialDropout1D": RATE,
    "SpatialDropout2D": RATE,
    "AlphaDropout": RATE,
    "GaussianDropout": RATE,
    "GaussianNoise": {"stddev": number(0, MAX_RATE)},
    "ActivityRegularization": {"l1": number(0, MAX_RATE), "l2": number(0, MAX_RATE)},
    "Activation": {"activation": activation},
    "ReLU": {
        "max_value": lambda value: value is None or number(0, 1e6)(value),
        "negative_slope": number(0, 100),
        "threshold": factor,
    },
    "LeakyReLU": {"negative_slope": number(0, 100)},
    "ELU": {"alpha": number(0, 100)},
    "PReLU": {"shared_axes": listed(axis, MAX_LIST)} | _kept("alpha"),
    "Softmax": {"axis": axis},
    "Rescaling": {"scale": listed(factor, MAX_NUMBERS), "offset": listed(factor, MAX_NUMBERS)},
    "Normalization": {
        "axis": axis,
        "mean": listed(factor, MAX_NUMBERS),
        "variance": listed(number(0, 1e12), MAX_NUMBERS),
        "invert": flag,
    },
    "RandomFlip": {"mode": word("horizontal", "vertical", "horizontal_and_vertical")},
    "RandomRotation": {"factor": SHIFT} | FILLING,
    "RandomTranslation": {"height_factor": SHIFT, "width_factor": SHIFT} | FILLING,
    "RandomZoom": {"height_factor": SHIFT, "width_factor": SHIFT} | FILLING,
    "RandomContrast": {"factor": SHIFT, "value_range": SHIFT},
    "RandomBrightness": {"factor": SHIFT, "value_range": SHIFT},
    "RandomCrop": SIZED,
    "CenterCrop": SIZED,
    "Resizing": SIZED
    | FILLING
    | {"crop_to_aspect_ratio": flag, "pad_to_aspect_ratio": flag, "antialias": flag},
    "Flatten": {},
    "Identity": {},
    "Reshape": {"target_shape": sides(-1)},
    "Permute": {"dims": sides()},
    "RepeatVector": {"n": whole()},
    "UpSampling1D": {"size": sides()},
    "UpSampling2D": {"size": sides(), "interpolation": word("nearest", "bilinear")},
    "ZeroPadding1D": {"padding": edges},
    "ZeroPadding2D": {"padding": edges},
    "Cropping1D": {"cropping": edges},
    "Cropping2D": {"cropping": edges},
    **{kind: {} for kind in COMBINING},
    "Concatenate": {"axis": axis},
}  # fmt: skip
"""Kind → the settings it may have. A setting that is missing has Keras's usual value."""
NEEDED = {
    "Dense": ("units",),
    **{kind: ("filters", "kernel_size") for kind, rules in LAYERS.items() if "filters" in rules},
    "DepthwiseConv1D": ("kernel_size",),
    "DepthwiseConv2D": ("kernel_size",),
    "Embedding": ("input_dim", "output_dim"),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), ("units",)),
    "Dropout": ("rate",),
    "AveragePooling2D": ("pool_size",),
    "AveragePooling1D": ("pool_size",),
    "Rescaling": ("scale",),
    "Reshape": ("target_shape",),
    "RepeatVector": ("n",),
    **dict.fromkeys(("RandomCrop", "CenterCrop", "Resizing"), ("height", "width")),
    **dict.fromkeys(("RandomRotation", "RandomContrast", "RandomBrightness"), ("factor",)),
    "RandomTranslation": ("height_factor", "width_factor"),
    "RandomZoom": ("height_factor",),
}
NAMED = ("activation", "_initializer", "_regularizer", "_constraint")
"""Ends of the settings that name a function or an object: others than ours may be right."""
CHOSEN = {
    "padding", "mode", "fill_mode", "interpolation", "return_state", "stateful",
    "zero_output_for_mask",
}  # fmt: skip
"""Settings with a few values, of which we have not all."""
OPTIONS: dict[str, Rule] = {
    "momentum": number(0, 1), "nesterov": flag, "rho": number(0, 1), "epsilon": number(0, 1),
    "centered": flag, "beta_1": number(0, 1), "beta_2": number(0, 1), "amsgrad": flag,
    "weight_decay": number(0, 10), "clipnorm": number(0, 1e6), "clipvalue": number(0, 1e6),
    "global_clipnorm": number(0, 1e6), "use_ema": flag, "ema_momentum": number(0, 1),
    "initial_accumulator_value": number(0, 10), "learning_rate_power": number(-10, 0),
    "gradient_accumulation_steps": number(2, 1000),
}  # fmt: skip
"""Numbers of optimizers; which of them an optimizer has is Keras's to know."""


def wrong_setting(kind: str, settings: Mapping[str, Any]) -> str:
    """Name of the first setting that is missing, unknown or out of bounds; "" when all are fine."""
    rules = LAYERS[kind]
    missing = [name for name in NEEDED.get(kind, ()) if name not in settings]
    wrong = [name for name in settings if name not in rules or not rules[name](settings[name])]
    return next(iter(missing + wrong), "")


def may_be_right(kind: str, name: str, settings: Mapping[str, Any]) -> bool:
    """Whether a setting that `wrong_setting` named may be right although we do not build it.

    Keras has it and we do not, or it is a function or an object of the student's own.
    """
    if name not in settings:
        return False
    value = settings[name]
    if name not in LAYERS[kind]:
        return True
    if name in CHOSEN:
        return isinstance(value, str | bool)
    named = value.get("kind") if isinstance(value, dict) else value
    known = INITIALIZERS | REGULARIZERS | CONSTRAINTS
    return name.endswith(NAMED) and isinstance(named, str) and named not in known
