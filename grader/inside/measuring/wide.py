"""The weights of a wide first layer, trained by RMSprop at the speed of memory.

A head on the features is a Dense layer with 38 million weights and little else. TensorFlow goes
over them seven times a step; here a block of rows that fits into the cache is taken once: its
gradient, its update, and its part of the next batch's output. The numbers are RMSprop's, kept in
another scale: with s = sqrt((1 − rho) / rho^t)

    g' = g · s      square sum += g'²      w' −= g' / sqrt(square sum + epsilon / rho^t)

where w' = w · sqrt(1 − rho) / rate and velocity = square sum · rho^t, so that a step needs six
operations a weight instead of nine. Two threads, each with its own half, whatever the machine has:
sums are always made in the same order.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from math import sqrt

import numpy as np

THREADS = 2
BLOCK = 128
"""Rows at a time: four such blocks of 1024 numbers fit into a core's cache."""
LARGEST = 1e12
"""Of 1 / rho^t, before everything is brought back to scale."""
LEAST_WEIGHTS = 1_000_000
"""Smaller layers are not worth it."""
LEAST_RHO = 0.5
PLAIN = {"momentum": 0.0, "centered": False, "weight_decay": None, "use_ema": False}
"""Settings of RMSprop that must have these values, where they are given."""
OWN = {"units", "activation", "use_bias", "kernel_initializer", "bias_initializer"}
"""Settings of the layer that make no difference here."""


def wide_layer(head, compiled, features):
    """Number of the layer in `head` whose weights can be trained here, or None.

    features: how many numbers an image has. It must be a Dense layer, alone in reading the
    (flattened) features, with more behind it, trained by plain RMSprop.
    """
    if not _plain_rmsprop(compiled["optimizer"]):
        return None
    reading = -1
    for number, layer in enumerate(head):
        readers = [one for one, other in enumerate(head) if reading in other["inputs"]]
        if readers != [number]:
            return None
        if layer["kind"] == "Flatten":
            reading = number
            continue
        good = (
            reading >= 0
            and layer["kind"] == "Dense"
            and layer["trainable"]
            and set(layer["settings"]) <= OWN
            and layer["settings"]["units"] * features >= LEAST_WEIGHTS
            and number + 1 < len(head)
        )
        return number if good else None
    return None


def _plain_rmsprop(optimizer):
    given = optimizer["settings"]
    rest = {k: v for k, v in given.items() if k not in ("rho", "epsilon")}
    return (
        optimizer["kind"] == "rmsprop"
        and optimizer["learning_rate"] > 0
        and LEAST_RHO <= given.get("rho", 0.9) < 1
        and given.get("epsilon", 1e-7) > 0
        and all(name in PLAIN and value in (PLAIN[name], 0.0) for name, value in rest.items())
    )


class WideWeights:
    """(features, units) float32 weights in training.

    values: what they start with; this array is taken over and changed. New memory of its size costs
    a third of a second on some virtual machines.
    """

    def __init__(self, values, rate, rho=0.9, epsilon=1e-7):
        self.rho, self.epsilon = rho, epsilon
        self._scale = rate / sqrt(1 - rho)
        self._weights = values
        self._weights /= np.float32(self._scale)
        self._squares = np.zeros(values.shape, "float32")
        self._grown = 1.0  # 1 / rho^t
        rows = len(self._weights)
        edges = [rows * part // THREADS for part in range(THREADS + 1)]
        self._parts = list(itertools.pairwise(edges))
        self._pool = ThreadPoolExecutor(THREADS)

    def values(self):
        """The weights as they are now."""
        return self._weights * np.float32(self._scale)

    def forward(self, rows):
        """(images, units): rows (images, features) times the weights."""
        rows = np.ascontiguousarray(rows)
        return self._summed(self._forward, rows)

    def learn(self, rows, gradient, coming):
        """One step from the batch `rows` and the gradient of its output, both float32; returns
        `forward(coming)` with the new weights, None where nothing is coming."""
        if self._grown > LARGEST:
            self._squares *= np.float32(1 / self._grown)
            self._grown = 1.0
        self._grown /= self.rho
        scaled = np.ascontiguousarray(gradient * np.float32(sqrt((1 - self.rho) * self._grown)))
        floor = np.float32(self.epsilon * self._grown)
        columns = np.ascontiguousarray(rows.T)
        if coming is not None:
            coming = np.ascontiguousarray(coming)
        return self._summed(self._learn, columns, scaled, floor, coming)

    def _summed(self, work, *given):
        """The parts' outputs, always added in the same order."""
        outputs = list(self._pool.map(lambda part: work(*part, *given), self._parts))
        if outputs[0] is None:
            return None
        return sum(outputs[1:], start=outputs[0]) * np.float32(self._scale)

    def _forward(self, low, high, rows):
        return rows[:, low:high] @ self._weights[low:high]

    def _learn(self, low, high, columns, gradient, floor, coming):
        units = self._weights.shape[1]
        steps, roots = np.empty((BLOCK, units), "float32"), np.empty((BLOCK, units), "float32")
        output = None if coming is None else np.zeros((len(coming), units), "float32")
        for start in range(low, high, BLOCK):
            end = min(start + BLOCK, high)
            step, root = steps[: end - start], roots[: end - start]
            weights, squares = self._weights[start:end], self._squares[start:end]
            np.matmul(columns[start:end], gradient, out=step)
            np.multiply(step, step, out=root)
            squares += root
            np.add(squares, floor, out=root)
            np.sqrt(root, out=root)
            step /= root
            weights -= step
            if output is not None:
                output += coming[:, start:end] @ weights
        return output
