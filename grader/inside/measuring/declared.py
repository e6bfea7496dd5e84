"""What `compile` was told, as objects of Keras: loss and optimizer with their numbers."""

from typing import Any

import keras

LOSSES = {
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "log_cosh": "LogCosh",
    "huber": "Huber",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "poisson": "Poisson",
    "kl_divergence": "KLDivergence",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}
SPARSE = "sparse_categorical_crossentropy"
"""Its labels are numbers of output units."""
WITH_LOGITS = tuple(name for name in LOSSES if "crossentropy" in name)
OPTIMIZERS = {
    "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "adamax": "Adamax", "nadam": "Nadam",
    "sgd": "SGD", "adagrad": "Adagrad", "adadelta": "Adadelta", "ftrl": "Ftrl", "lion": "Lion",
}  # fmt: skip


def make_loss(compiled: dict[str, Any]) -> Any:
    """The declared loss as a Keras object."""
    kind = compiled["loss"]["kind"]
    options = {}
    if kind in WITH_LOGITS:
        options["from_logits"] = compiled["loss"]["from_logits"]
    if kind in ("binary_crossentropy", "categorical_crossentropy"):
        options["label_smoothing"] = compiled["loss"]["label_smoothing"]
    return getattr(keras.losses, LOSSES[kind])(**options)


def make_optimizer(compiled: dict[str, Any]) -> Any:
    """The declared optimizer with its numbers."""
    declared = compiled["optimizer"]
    return getattr(keras.optimizers, OPTIMIZERS[declared["kind"]])(
        learning_rate=declared["learning_rate"], **declared["settings"]
    )
