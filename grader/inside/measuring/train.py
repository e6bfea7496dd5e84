"""Trains a head on features and answers the hidden images: equal requests, equal answers.

The loop does what Keras's `fit` does (mean loss of a batch plus penalties, metrics over the epoch,
dropout on, batch normalisation by the batch); it is our own so that the order of the images is
ours and one XLA program does the whole step.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from .declared import SPARSE, make_loss, make_optimizer
from .rebuild import Refused, rebuild
from .wide import WideWeights, wide_layer

EVALUATED = 128
"""Images at a time when nothing is learned."""


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
        _start_from(layers, arrays)
    curve: dict[str, list[float | None]] = {
        "loss": [],
        "accuracy": [],
        "val_loss": [],
        "val_accuracy": [],
    }
    # A compiled step would take the nearest unit in silence where plain Keras raises.
    numbered = recipe["epochs"] and compiled["loss"]["kind"] == SPARSE
    if numbered and model.output.shape[-1] <= max(labels):
        raise Refused(why="not_trainable")
    wide = wide_layer(head, compiled, features[0].size) if recipe["epochs"] else None
    if wide is None:
        trainer = Trainer(model, compiled, recipe["seed"])
    else:
        trainer = WideTrainer(model, compiled, recipe["seed"], layers[wide])
    for _ in range(recipe["epochs"]):
        loss, accuracy = trainer.epoch(features, labels, recipe["batch_size"])
        val_loss, val_accuracy = trainer.evaluate(*splits["validation"])
        seen = {"loss": loss, "accuracy": accuracy}
        seen |= {"val_loss": val_loss, "val_accuracy": val_accuracy}
        for name, value in seen.items():
            curve[name].append(_finite(value))
        if recipe["enough"] is not None and accuracy >= recipe["enough"]:
            break
    outputs = trainer.outputs(splits["hidden"][0])
    return {
        "answers": [[_finite(number) for number in row] for row in outputs.tolist()],
        "curve": curve,
        "parameters": int(model.count_params()),
        "versions": {"tensorflow": tf.__version__, "keras": keras.__version__},
    }


class Trainer:
    """Any head, one XLA program a step."""

    compiled = True

    def __init__(self, model: Any, compiled: dict[str, Any], seed: int) -> None:
        self.model = model
        self.loss = make_loss(compiled)
        self.optimizer = make_optimizer(compiled)
        self.optimizer.build(self.learned())
        self.middle = compiled["middle"]
        self.dice = np.random.default_rng(seed)
        self.step = tf.function(self._step, jit_compile=self.compiled, autograph=False)
        self.forward = tf.function(lambda images: model(images, training=False), autograph=False)

    def learned(self) -> Any:
        """The variables that the optimizer updates."""
        return self.model.trainable_variables

    def _step(self, images: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = self.model(images, training=True)
            loss = self.total(self.model, labels, outputs)
        variables = self.learned()
        if variables:
            self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, outputs

    def total(self, model: Any, labels: Any, outputs: Any) -> Any:
        """Loss and penalties."""
        loss = self.loss(labels, outputs)
        return loss + tf.add_n(model.losses) if model.losses else loss

    def epoch(self, features: Any, labels: Any, batch_size: int) -> tuple[float, float]:
        """(loss, accuracy) over one pass in a new order."""
        order = self.dice.permutation(len(labels))
        labels = np.asarray(labels, "float32")[:, None]
        starts = range(0, len(order), batch_size)
        batches = [np.sort(order[start : start + batch_size]) for start in starts]
        total, right = 0.0, 0
        for batch, loss, outputs in self.passed(features, labels, batches):
            total += float(loss) * len(batch)
            right += self._right(outputs.numpy(), labels[batch])
        return total / len(order), right / len(order)

    def passed(
        self, features: Any, labels: Any, batches: Sequence[Any]
    ) -> Iterator[tuple[Any, Any, Any]]:
        """Learn from each batch of places; gives (batch, loss, outputs)."""
        for batch in batches:
            images = tf.constant(features[batch])
            yield batch, *self._guarded(images, tf.constant(labels[batch]))

    def _guarded(self, images: Any, labels: Any) -> Any:
        try:
            return self._stepped(images, labels)
        except (ValueError, tf.errors.InvalidArgumentError) as problem:
            raise Refused(why="not_trainable") from problem

    def _stepped(self, images: Any, labels: Any) -> Any:
        """A compiled step; where XLA knows no such operation, the plain one from then on."""
        try:
            return self.step(images, labels)
        except tf.errors.OpError:  # before anything was changed: compiling comes first
            if not self.compiled:
                raise
            self.compiled = False
            self.step = tf.function(self._step, autograph=False)
            return self.step(images, labels)

    def evaluate(self, features: Any, labels: Any) -> tuple[float, float]:
        """(loss, accuracy) without learning."""
        wanted = np.asarray(labels, "float32")[:, None]
        outputs = self.outputs(features)
        loss = float(self.loss(wanted, outputs))
        return loss, self._right(outputs, wanted) / len(wanted)

    def outputs(self, features: Any) -> Any:
        """(images, units) float32."""
        parts = [
            self.forward(tf.constant(features[start : start + EVALUATED])).numpy()
            for start in range(0, len(features), EVALUATED)
        ]
        outputs = np.concatenate(parts)
        return outputs.reshape(len(outputs), -1)

    def _right(self, outputs: Any, wanted: Any) -> int:
        outputs = outputs.reshape(len(outputs), -1)
        one = outputs.shape[1] == 1
        answers = outputs[:, 0] > self.middle if one else outputs.argmax(axis=1)
        return int(np.sum(np.isfinite(outputs).all(axis=1) & (answers == wanted[:, 0])))


class WideTrainer(Trainer):
    """A head whose first layer's weights are trained by `wide`, the rest as ever.

    To compile that rest would take longer than to train it.
    """

    compiled = False

    def __init__(self, model: Any, compiled: dict[str, Any], seed: int, dense: Any) -> None:
        self.dense = dense
        self.rest = keras.Model(dense.output, model.output)
        super().__init__(model, compiled, seed)
        declared = compiled["optimizer"]
        numbers = {k: v for k, v in declared["settings"].items() if k in ("rho", "epsilon")}
        self.wide = WideWeights(_taken_over(dense.kernel), declared["learning_rate"], **numbers)
        self.forward = tf.function(self._behind, autograph=False)

    def learned(self) -> Any:
        own = [self.dense.bias] if self.dense.use_bias else []
        return own + self.rest.trainable_variables

    def _behind(self, sums: Any) -> Any:
        return self.rest(self._activated(sums), training=False)

    def _activated(self, sums: Any) -> Any:
        return self.dense.activation(sums + self.dense.bias if self.dense.use_bias else sums)

    def _step(self, sums: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(sums)
            outputs = self.rest(self._activated(sums), training=True)
            loss = self.total(self.rest, labels, outputs)
        variables = self.learned()
        found = tape.gradient(loss, [sums, *variables])
        self.optimizer.apply(found[1:], variables)
        return loss, outputs, found[0]

    def passed(
        self, features: Any, labels: Any, batches: Sequence[Any]
    ) -> Iterator[tuple[Any, Any, Any]]:
        def images(place: int) -> Any:
            return features[batches[place]].reshape(len(batches[place]), -1)

        now = images(0)
        sums = self.wide.forward(now)
        for place, batch in enumerate(batches):
            loss, outputs, gradient = self._guarded(tf.constant(sums), tf.constant(labels[batch]))
            coming = images(place + 1) if place + 1 < len(batches) else None
            sums = self.wide.learn(now, gradient.numpy(), coming)
            now = coming
            yield batch, loss, outputs

    def outputs(self, features: Any) -> Any:
        return super().outputs(self.wide.forward(features.reshape(len(features), -1)))


def _taken_over(variable: Any) -> Any:
    """The memory of a variable as an array that may be written; the variable is of no use then."""
    seen = np.asarray(tf.convert_to_tensor(variable))
    memory: Any = (ctypes.c_float * seen.size).from_address(seen.ctypes.data)
    memory.variable = seen  # keeps it alive
    return np.frombuffer(memory, "float32").reshape(seen.shape)


def _start_from(layers: list[Any], arrays: list[list[Any]]) -> None:
    for layer, given in zip(layers, arrays, strict=True):
        try:
            layer.set_weights(given)
        except ValueError as problem:
            raise Refused(why="weights_missing") from problem


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
