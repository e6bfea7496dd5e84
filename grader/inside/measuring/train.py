"""Trains a head on features, or a whole model, and answers the hidden data: equal requests, equal
answers.

Keras's own `fit`, under a fixed seed and deterministic operations.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import isfinite, prod, sqrt
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .rebuild import Refused, rebuild

EVALUATED = 128
"""Examples at a time when nothing is learned."""
SPARSE = "sparse_categorical_crossentropy"
CURVE = ("loss", "accuracy", "val_loss", "val_accuracy")


def train_and_answer(
    head: list[dict[str, Any]],
    compiled: dict[str, Any],
    recipe: dict[str, Any],
    splits: Mapping[str, tuple[Any, Any]],
    arrays: list[list[Any]] | None,
) -> dict[str, Any]:
    """{"answers": hidden outputs, "curve": …, "parameters": n, "versions": …}.

    recipe: {"seed", "epochs", "batch_size", "enough", "classes"}; with 0 epochs nothing is trained,
    and the epoch whose accuracy on the training data is `enough` (None: none is) is the last one.
    The last epoch that is as good as the best one on the validation data, where there are some, is
    the one that answers: see `_Best`.
    splits: "train", "hidden" and, if there is one, "validation". arrays: the head's own numbers to
    start from (layer number → list of arrays), or None for fresh ones. Outputs that are no finite
    number come as None.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(recipe["seed"])
    features, labels = splits["train"]
    model, layers = rebuild(head, features.shape[1:])
    if arrays is not None:
        _put(layers, arrays)
    else:
        _adapt(model, layers, features)
    curve: dict[str, list[float]] = {}
    if recipe["epochs"]:
        # Its labels are numbers of output units, of which TensorFlow on a processor would take the
        # nearest in silence where plain Keras raises.
        sparse = compiled["loss"]["kind"] == SPARSE
        if sparse and model.output.shape[-1] <= max(labels):
            raise Refused(why="not_trainable")
        curve = _fit(model, compiled, recipe, splits)
    try:
        outputs = model.predict(splits["hidden"][0], batch_size=EVALUATED, verbose=0)
    except tf.errors.InvalidArgumentError as problem:
        raise Refused(why="not_answering") from problem
    outputs = outputs.reshape(len(outputs), -1)
    return {
        "answers": [[_finite(n) for n in row] for row in outputs.tolist()],
        "curve": {name: [_finite(value) for value in curve.get(name, ())] for name in CURVE},
        "parameters": int(model.count_params()),
        "versions": {"tensorflow": tf.__version__, "keras": keras.__version__},
    }


def _put(layers: Sequence[Any], arrays: list[list[Any]]) -> None:
    """Numbers that were trained elsewhere into their layers, in each layer's order; a layer that
    stands there again has them already, and so has one that was told its mean and variance."""
    filled: set[int] = set()
    for layer, given in zip(layers, arrays, strict=True):
        if layer is None or (id(layer) in filled and not given):
            continue
        normalizes = isinstance(layer, keras.layers.Normalization)
        if normalizes and layer.input_mean is not None:
            continue
        filled.add(id(layer))
        try:
            layer.set_weights(given)
        except ValueError as problem:
            raise Refused(why="weights_missing") from problem
        if normalizes:
            layer.finalize_state()


def _adapt(model: Any, layers: Sequence[Any], inputs: Any) -> None:
    """Layers with more means than a graph tells are shown the training data, in order."""
    for layer in layers:
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            before = keras.Model(model.input, layer.input)
            layer.adapt(before.predict(inputs, batch_size=EVALUATED, verbose=0))


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
    form = _form(compiled["loss"]["kind"], model.output.shape, recipe["classes"])
    features, labels = splits["train"]
    others = {}
    their_labels: Sequence[int] = ()
    if "validation" in splits:
        there, their_labels = splits["validation"]
        others = {"validation_data": (there, form(their_labels))}
    try:
        history = model.fit(
            features,
            form(labels),
            batch_size=recipe["batch_size"],
            epochs=recipe["epochs"],
            **others,
            validation_batch_size=EVALUATED,
            callbacks=[_Enough(recipe["enough"]), _Best(len(their_labels))],
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
    return _class(keras.losses, kind)(**options)


def _optimizer(compiled: dict[str, Any]) -> Any:
    declared = compiled["optimizer"]
    rate, numbers = declared["learning_rate"], dict(declared.get("schedule") or {})
    if numbers:
        plan = _class(keras.optimizers.schedules, numbers.pop("kind"))
        try:
            rate = plan(**{key: number for key, number in numbers.items() if number is not None})
        except (TypeError, ValueError) as problem:
            raise Refused(why="not_trainable") from problem
    kind = _class(keras.optimizers, declared["kind"])
    return kind(learning_rate=rate, **declared["settings"])


def _class(module: Any, name: str) -> Any:
    """BinaryCrossentropy for binary_crossentropy; the host has vetted the names."""
    classes = {key.lower(): value for key, value in vars(module).items() if isinstance(value, type)}
    return classes[name.replace("_", "")]


def _form(kind: str, output: Sequence[int | None], classes: int) -> Callable[[Sequence[int]], Any]:
    """How labels are handed to this loss: a column of numbers, or a row with a one at the label for
    a model with one unit a class."""
    one_hot = kind != SPARSE and classes > 1 and tuple(output[1:]) == (classes,)
    return partial(_rows, classes) if one_hot else _column


def _column(labels: Sequence[int]) -> Any:
    return np.asarray(labels, "float32")[:, None]


def _rows(classes: int, labels: Sequence[int]) -> Any:
    return np.eye(classes, dtype="float32")[np.asarray(labels)]


def _accuracy(middle: float, units: int) -> Any:
    """A metric: share of examples whose outputs are finite and on the label's side of `middle`, or
    with several units largest at the label."""

    def accuracy(labels: Any, outputs: Any) -> Any:
        outputs = ops.reshape(outputs, (-1, units))
        answers = outputs[:, 0] > middle if units == 1 else ops.argmax(outputs, axis=1)
        column = labels[:, 0] if labels.shape[-1] == 1 else ops.argmax(labels, axis=1)
        right = ops.equal(ops.cast(answers, labels.dtype), ops.cast(column, labels.dtype))
        return ops.logical_and(right, ops.all(ops.isfinite(outputs), axis=1))

    return accuracy


class _Enough(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Ends the training after the epoch that knows that share of the training data."""

    def __init__(self, share: float | None) -> None:
        super().__init__()
        self.share = share

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.share is not None and logs["accuracy"] >= self.share:
            self.model.stop_training = True


class _Best(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Leaves the model as after the last epoch that knew as much of the validation data as the best
    one, up to one standard error of that share: a single epoch may swing far away, and of few
    examples one that has hardly learned may know most by chance."""

    def __init__(self, examples: int) -> None:
        super().__init__()
        self.examples = examples
        self.best = 0.0
        self.arrays: list[Any] | None = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        share = logs.get("val_accuracy", 0.0)
        self.best = max(self.best, share)
        error = sqrt(self.best * (1 - self.best) / self.examples) if self.examples else 0.0
        if share and share >= self.best - error:
            self.arrays = self.model.get_weights()

    def on_train_end(self, logs: Any = None) -> None:
        if self.arrays is not None:
            self.model.set_weights(self.arrays)


def _finite(number: float) -> float | None:
    return float(number) if isfinite(number) else None
