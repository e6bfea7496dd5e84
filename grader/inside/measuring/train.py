"""Trains a head on features and answers the hidden images: equal requests, equal answers.

Keras's own `fit`, under a fixed seed and deterministic operations.
"""

from collections.abc import Mapping, Sequence
from math import isfinite, prod
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .rebuild import Refused, rebuild

EVALUATED = 128
"""Images at a time when nothing is learned."""
CURVE = ("loss", "accuracy", "val_loss", "val_accuracy")
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
OPTIMIZERS = {
    "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "adamax": "Adamax", "nadam": "Nadam",
    "sgd": "SGD", "adagrad": "Adagrad", "adadelta": "Adadelta", "ftrl": "Ftrl", "lion": "Lion",
}  # fmt: skip


def train_and_answer(
    head: list[dict[str, Any]],
    compiled: dict[str, Any],
    recipe: dict[str, Any],
    splits: Mapping[str, tuple[Any, Any]],
    arrays: list[list[Any]] | None,
) -> dict[str, Any]:
    """{"answers": hidden outputs, "curve": …, "parameters": n, "versions": …}.

    recipe: {"seed", "epochs", "batch_size", "enough"}; with 0 epochs nothing is trained, and the
    epoch whose accuracy on the training images is `enough` (None: none is) is the last one. arrays:
    the head's own numbers to start from (layer number → list of arrays), or None for fresh ones.
    Outputs that are no finite number come as None.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(recipe["seed"])
    features, labels = splits["train"]
    model, layers = rebuild(head, features.shape[1:])
    if arrays is not None:
        for layer, given in zip(layers, arrays, strict=True):
            try:
                layer.set_weights(given)
            except ValueError as problem:
                raise Refused(why="weights_missing") from problem
    curve: dict[str, list[float]] = {name: [] for name in CURVE}
    if recipe["epochs"]:
        # Its labels are numbers of output units, of which TensorFlow on a processor would take the
        # nearest in silence where plain Keras raises.
        sparse = compiled["loss"]["kind"] == "sparse_categorical_crossentropy"
        if sparse and model.output.shape[-1] <= max(labels):
            raise Refused(why="not_trainable")
        curve = _fit(model, compiled, recipe, splits)
    outputs = model.predict(splits["hidden"][0], batch_size=EVALUATED, verbose=0)
    outputs = outputs.reshape(len(outputs), -1)
    return {
        "answers": [[_finite(n) for n in row] for row in outputs.tolist()],
        "curve": {name: [_finite(value) for value in curve[name]] for name in CURVE},
        "parameters": int(model.count_params()),
        "versions": {"tensorflow": tf.__version__, "keras": keras.__version__},
    }


def _fit(
    model: Any,
    compiled: dict[str, Any],
    recipe: dict[str, Any],
    splits: Mapping[str, tuple[Any, Any]],
) -> dict[str, list[float]]:
    """Train; values of each epoch by the names in `CURVE`."""
    model.compile(
        optimizer=_optimizer(compiled),
        loss=_loss(compiled),
        metrics=[_accuracy(compiled["middle"], prod(model.output.shape[1:]))],
    )
    (features, labels), (others, their_labels) = splits["train"], splits["validation"]
    try:
        history = model.fit(
            features,
            _column(labels),
            batch_size=recipe["batch_size"],
            epochs=recipe["epochs"],
            validation_data=(others, _column(their_labels)),
            validation_batch_size=EVALUATED,
            callbacks=[_Enough(recipe["enough"])],
            verbose=0,
        )
    except (ValueError, tf.errors.InvalidArgumentError) as problem:
        raise Refused(why="not_trainable") from problem
    return dict(history.history)


def _loss(compiled: dict[str, Any]) -> Any:
    """What `compile` was told, as an object of Keras with its numbers."""
    kind = compiled["loss"]["kind"]
    options = {}
    if "crossentropy" in kind:
        options["from_logits"] = compiled["loss"]["from_logits"]
    if kind in ("binary_crossentropy", "categorical_crossentropy"):
        options["label_smoothing"] = compiled["loss"]["label_smoothing"]
    return getattr(keras.losses, LOSSES[kind])(**options)


def _optimizer(compiled: dict[str, Any]) -> Any:
    declared = compiled["optimizer"]
    return getattr(keras.optimizers, OPTIMIZERS[declared["kind"]])(
        learning_rate=declared["learning_rate"], **declared["settings"]
    )


def _column(labels: Sequence[int]) -> Any:
    return np.asarray(labels, "float32")[:, None]


def _accuracy(middle: float, units: int) -> Any:
    """A metric: share of images whose outputs are finite and on the label's side of `middle`, or
    with several units largest at the label."""

    def accuracy(labels: Any, outputs: Any) -> Any:
        outputs = ops.reshape(outputs, (-1, units))
        answers = outputs[:, 0] > middle if units == 1 else ops.argmax(outputs, axis=1)
        right = ops.equal(ops.cast(answers, labels.dtype), labels[:, 0])
        return ops.logical_and(right, ops.all(ops.isfinite(outputs), axis=1))

    return accuracy


class _Enough(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Ends the training after the epoch that knows that share of the training images."""

    def __init__(self, share: float | None) -> None:
        super().__init__()
        self.share = share

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.share is not None and logs["accuracy"] >= self.share:
            self.model.stop_training = True


def _finite(number: float) -> float | None:
    return float(number) if isfinite(number) else None
