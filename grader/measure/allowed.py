"""Which layers, losses and optimizers the measuring sandbox builds, and within what bounds.

Everything else is not measurable: it is said to the student, never tried.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any], bool]

ACTIVATIONS = {
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh",
    "sigmoid", "hard_sigmoid", "softmax", "softplus", "softsign", "exponential", "hard_silu",
}  # fmt: skip
INITIALIZERS = {
    "zeros", "ones", "constant", "orthogonal", "random_normal", "random_uniform",
    "truncated_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    "lecun_uniform", "lecun_normal",
}  # fmt: skip
REGULARIZERS = {"l1", "l2", "l1_l2", "l1l2"}
LOSSES = {
    "binary_crossentropy", "binary_focal_crossentropy", "mean_squared_error",
    "mean_absolute_error", "mean_squared_logarithmic_error", "log_cosh", "huber", "hinge",
    "squared_hinge", "poisson", "kl_divergence", "categorical_crossentropy",
    "sparse_categorical_crossentropy",
}  # fmt: skip
OPTIMIZERS = {
    "rmsprop", "adam", "adamw", "adamax", "nadam", "sgd", "adagrad", "adadelta", "ftrl", "lion",
}  # fmt: skip
MAX_RATE = 1000.0
MAX_WHOLE = 10**12
"""Far above what is built: the real bound is on sizes, and the message for it a better one."""
MAX_LIST = 4


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


def axis(value: Any) -> bool:
    return type(value) is int and -4 <= value <= 4  # noqa: PLR2004 - axes of an image batch


def sides(lowest: int = 1) -> Rule:
    """A side length, or up to MAX_LIST of them."""
    side = whole(lowest)
    return lambda value: (
        0 < len(value) <= MAX_LIST and all(map(side, value))
        if isinstance(value, list)
        else side(value)
    )


def described(kinds: set[str]) -> Rule:
    """An object of one of these kinds, all else about it a number."""
    known, fits = word(*kinds), number(-MAX_RATE, MAX_RATE)
    return lambda value: (
        isinstance(value, dict)
        and known(value.get("kind"))
        and all(fits(inner) for name, inner in value.items() if name != "kind")
    )


initializer, regularizer = described(INITIALIZERS), described(REGULARIZERS)
LEARNING: dict[str, Rule] = {
    "kernel_initializer": initializer,
    "bias_initializer": initializer,
    "kernel_regularizer": regularizer,
    "bias_regularizer": regularizer,
    "activity_regularizer": regularizer,
}
ACTIVE: dict[str, Rule] = {"activation": word(*ACTIVATIONS), "use_bias": flag}
NORMAL: dict[str, Rule] = {
    "axis": axis, "epsilon": number(0, 1), "center": flag, "scale": flag,
    "beta_initializer": initializer, "gamma_initializer": initializer,
    "beta_regularizer": regularizer, "gamma_regularizer": regularizer,
}  # fmt: skip
WINDOW: dict[str, Rule] = {"strides": sides(), "padding": word("valid", "same")}
CONVOLVING = {"kernel_size": sides(), "dilation_rate": sides(), "groups": whole()} | WINDOW
POOLING = {"pool_size": sides()} | WINDOW
DEPTHWISE: dict[str, Rule] = {
    "depth_multiplier": whole(), "depthwise_initializer": initializer,
    "pointwise_initializer": initializer, "depthwise_regularizer": regularizer,
    "pointwise_regularizer": regularizer,
}  # fmt: skip
RATE: dict[str, Rule] = {"rate": number(0, 0.999999)}
COMBINING = {"Concatenate", "Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"}
LAYERS: dict[str, dict[str, Rule]] = {
    "Dense": {"units": whole()} | ACTIVE | LEARNING,
    "Conv2D": {"filters": whole()} | CONVOLVING | ACTIVE | LEARNING,
    "SeparableConv2D": {"filters": whole()} | CONVOLVING | ACTIVE | LEARNING | DEPTHWISE,
    "DepthwiseConv2D": CONVOLVING | ACTIVE | LEARNING | DEPTHWISE,
    "BatchNormalization": {"momentum": number(0, 1)} | NORMAL,
    "LayerNormalization": NORMAL | {"rms_scaling": flag},
    "MaxPooling2D": POOLING,
    "AveragePooling2D": POOLING,
    "GlobalAveragePooling2D": {"keepdims": flag},
    "GlobalMaxPooling2D": {"keepdims": flag},
    "Dropout": RATE,
    "SpatialDropout2D": RATE,
    "AlphaDropout": RATE,
    "GaussianDropout": RATE,
    "GaussianNoise": {"stddev": number(0, MAX_RATE)},
    "Activation": {"activation": word(*ACTIVATIONS)},
    "ReLU": {
        "max_value": lambda value: value is None or number(0, 1e6)(value),
        "negative_slope": number(0, 100),
        "threshold": number(-1e6, 1e6),
    },
    "LeakyReLU": {"negative_slope": number(0, 100)},
    "ELU": {"alpha": number(0, 100)},
    "PReLU": {"alpha_initializer": initializer, "alpha_regularizer": regularizer},
    "Softmax": {"axis": axis},
    "Rescaling": {"scale": number(-1e6, 1e6), "offset": number(-1e6, 1e6)},
    "Flatten": {},
    "Identity": {},
    "Reshape": {"target_shape": sides(-1)},
    "Permute": {"dims": sides()},
    **{kind: {} for kind in COMBINING},
    "Concatenate": {"axis": axis},
}
"""Kind → the settings it may have. A setting that is missing has Keras's usual value."""
NEEDED = {
    "Dense": ("units",),
    "Conv2D": ("filters", "kernel_size"),
    "SeparableConv2D": ("filters", "kernel_size"),
    "DepthwiseConv2D": ("kernel_size",),
    "Dropout": ("rate",),
    "AveragePooling2D": ("pool_size",),
    "Reshape": ("target_shape",),
}
OPTIONS: dict[str, Rule] = {
    "momentum": number(0, 1), "nesterov": flag, "rho": number(0, 1), "epsilon": number(0, 1),
    "centered": flag, "beta_1": number(0, 1), "beta_2": number(0, 1), "amsgrad": flag,
    "weight_decay": number(0, 10), "clipnorm": number(0, 1e6), "clipvalue": number(0, 1e6),
    "global_clipnorm": number(0, 1e6), "use_ema": flag, "ema_momentum": number(0, 1),
    "initial_accumulator_value": number(0, 10), "learning_rate_power": number(-10, 0),
}  # fmt: skip
"""Numbers of optimizers; which of them an optimizer has is Keras's to know."""


def wrong_setting(kind: str, settings: Mapping[str, Any]) -> str:
    """Name of the first setting that is missing, unknown or out of bounds; "" when all are fine."""
    rules = LAYERS[kind]
    missing = [name for name in NEEDED.get(kind, ()) if name not in settings]
    wrong = [name for name in settings if name not in rules or not rules[name](settings[name])]
    return next(iter(missing + wrong), "")
