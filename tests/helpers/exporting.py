"""Run in a process of its own, once for each Keras: exports odd and usual models, prints JSON.

Argument: a folder for the weights.
"""

from __future__ import annotations

import contextlib
import functools
import json
import sys
import warnings
from pathlib import Path

import exporting_variables
import numpy as np
import tensorflow as tf

from grader.inside import export
from grader.inside.asking import flat, parts

K = tf.keras
L = K.layers
GRAPHS = {}
LEFT = {}


def keep(name, model):
    GRAPHS[name] = export.neutral_graph(model)
    if GRAPHS[name]["style"] != "opaque":
        exporting_variables.compare(name, model)


def small(activation="relu", last="sigmoid"):
    start = K.Input((4,), name="start")
    wide = L.Dense(3, activation=activation, name="wide")(start)
    return K.Model(start, L.Dense(1, activation=last, name="unit")(wide))


def compiled(name, **how):
    model = small()
    model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", **how})
    keep(name, model)


def network():
    base = K.applications.InceptionV3(weights=None, include_top=False, input_shape=(150, 150, 3))
    keep("network", base)
    for layer in base.layers:
        layer.trainable = False
    flat = L.Flatten()(base.get_layer("mixed7").output)
    drop = L.Dropout(0.2)(L.Dense(1024, activation=tf.nn.relu)(flat))
    final = K.Model(inputs=base.input, outputs=L.Dense(1, activation="sigmoid")(drop))
    final.compile(K.optimizers.RMSprop(learning_rate=1e-5), "binary_crossentropy", metrics=["acc"])
    keep("final", final)
    start = K.Input((150, 150, 3))
    nested = K.Model(start, L.GlobalAveragePooling2D()(base(start, training=False)))
    keep("nested", nested)
    keep("sequential", K.Sequential([base, L.Flatten(), L.Dense(1)]))


def wrapped():
    """The right answer behind layers of augmentation, in the ways in which it is written."""
    base = K.applications.InceptionV3(weights=None, include_top=False, input_shape=(150, 150, 3))
    base.trainable = False
    x = L.Flatten()(base.get_layer("mixed7").output)
    x = L.Dropout(0.2)(L.Dense(1024, activation="relu")(x))
    model = K.Model(base.input, L.Dense(1, activation="sigmoid")(x))
    front = [L.RandomFlip("horizontal"), L.RandomRotation(0.4), L.RandomZoom(0.2)]
    start = K.Input((150, 150, 3))
    ways = {
        "sequential": K.Sequential([K.Sequential(front), model]),
        "told": K.Sequential([K.Input((150, 150, 3)), *front, model]),
        "functional": K.Model(start, model(K.Sequential(front)(start))),
        "around the network": K.Sequential(
            [K.Sequential(front), base, L.Flatten(), L.Dense(1, activation="sigmoid")]
        ),
    }
    for name, wrapper in ways.items():
        wrapper.compile(K.optimizers.RMSprop(1e-4), "binary_crossentropy", metrics=["accuracy"])
        keep(f"wrapped {name}", parts.built(wrapper, (150, 150, 3)))
    LEFT["cut"] = [
        flat.Left({"a": base, "b": model, "c": ways[name]}, {}).cut(base, ways[name]).name
        for name in ("sequential", "told", "functional")
    ]
    LEFT["output"] = model.get_layer("mixed7").output.name
    names = {"net": base, "model": model, "with_more": ways["sequential"]}
    found = flat.Left(names, {"head": ["model"]})
    LEFT["found"] = [found.head() is ways["sequential"], found.base(found.head()) is base]
    inside = ways["around the network"]
    LEFT["inside"] = flat.Left({"model": inside}, {}).base(inside) is base
    chain = K.Sequential([L.Conv2D(4, 3, activation="relu"), L.Flatten(), L.Dense(10)])
    chain.compile("adam", "mse")
    keep("built for its input", parts.built(chain, (8, 8, 1)))


def spellings():
    for name, activation in {
        "string": "relu",
        "tf.nn": tf.nn.relu,
        "activations": K.activations.relu,
        "object": L.ReLU(),
        "lambda": lambda x: x,
        "none": None,
    }.items():
        keep(f"activation {name}", small(activation))
    for name, optimizer in {
        "string": "rmsprop",
        "object": K.optimizers.RMSprop(learning_rate=1e-4),
        "schedule": K.optimizers.Adam(K.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)),
        "sgd": K.optimizers.SGD(0.1, momentum=0.9),
    }.items():
        compiled(f"optimizer {name}", optimizer=optimizer)
    keep("uncompiled", small())
    spelt_losses()
    spelt_metrics()


def spelt_losses():
    BCE = K.losses.BinaryCrossentropy
    losses = {
        "string": "binary_crossentropy",
        "class name": "BinaryCrossentropy",
        "function": K.losses.binary_crossentropy,
        "object": BCE(),
        "list": [BCE()],
        "logits": BCE(from_logits=True),
        "partial": functools.partial(K.losses.binary_crossentropy, from_logits=True),
        "smooth": BCE(label_smoothing=0.1),
        "mse": "mse",
        "own": lambda y, p: p,
        "wrapped": lambda y, p: 1 * K.losses.binary_crossentropy(y, p),
        "wrapped logits": lambda y, p: K.losses.binary_crossentropy(y, p, from_logits=True),
        "by hand": lambda y, p: -tf.reduce_mean(tf.math.log(tf.where(y > 0, p, 1 - p)), axis=-1),
        "weighted": lambda y, p: (1 + y) * K.losses.binary_crossentropy(y, p)[:, None],
        "none": None,
    }
    for name, loss in losses.items():
        compiled(f"loss {name}", loss=loss)


def spelt_metrics():
    M = K.metrics

    metrics = {
        "by hand": [lambda y, p: tf.cast(tf.equal(y > 0.5, p > 0.5), tf.float32)],
        "acc": ["acc"],
        "accuracy": ["accuracy"],
        "object": [M.BinaryAccuracy()],
        "function": [M.binary_accuracy],
        "nested": [["accuracy"]],
        "two": ["accuracy", M.AUC()],
        "threshold": [M.BinaryAccuracy(threshold=0.99)],
        "equality": [M.Accuracy()],
        "own": [lambda y, p: p],
        "none": None,
        "other": ["mae"],
        "tuple": ("accuracy",),
    }
    for name, metric in metrics.items():
        compiled(f"metrics {name}", metrics=metric)


def freezing():
    model = small()
    model.trainable = False
    keep("frozen whole", model)
    model = small()
    model.get_layer("wide").trainable = False
    model.compile("adam", "mse")
    keep("frozen part", model)
    model.get_layer("wide").trainable = True
    keep("thawed after compile", model)
    inner = small()
    inner.trainable = False
    start = K.Input((4,))
    outer = K.Model(start, L.Dense(2, name="top")(inner(start)))
    keep("frozen inside", outer)
    outer.trainable = False
    outer.trainable = True
    keep("thawed from outside", outer)
    model = small()
    model.trainable_by_mistake = False
    keep("freeze that does nothing", model)


class Own(K.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)


class Dense(L.Dense):
    """Bears a name of Keras's."""


class Block(K.Model):
    def __init__(self):
        super().__init__()
        self.convolution, self.pooling = L.Conv2D(4, 3), L.MaxPooling2D()

    def call(self, images):
        return self.pooling(self.convolution(images))


class Shift(L.Layer):
    """With something to learn beside its layer: that is not to be lost."""

    def __init__(self):
        super().__init__()
        self.flat = L.Flatten()

    def build(self, shape):
        self.by = self.add_weight(shape=(1,), name="by")

    def call(self, rows):
        return self.flat(rows) + self.by


class Reader(K.Model):
    def __init__(self):
        super().__init__()
        self.block, self.shift, self.dropout = Block(), Shift(), L.Dropout(0.3)
        self.block.trainable = False
        self.digits = L.Dense(10, activation="softmax")

    def call(self, images, training=False):
        rows = self.shift(self.block(images))
        return self.digits(self.dropout(rows, training=training))


class Plain(K.Model):
    """Calls TensorFlow's own functions, which are given tensors when it runs."""

    def __init__(self):
        super().__init__()
        self.convolution, self.digits = L.Conv2D(4, 3), L.Dense(10, activation="softmax")

    def call(self, images):
        images = tf.cast(images, tf.float32) / 255.0
        found = tf.nn.max_pool2d(tf.nn.relu(self.convolution(images)), 2, 2, "VALID")
        rows = tf.reshape(found, [-1, 36])
        return self.digits(tf.concat([rows, tf.reduce_mean(found, axis=[1, 2])], axis=-1))


class Two(K.Model):
    """Reads two inputs by their names."""

    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)

    def call(self, given):
        return self.dense(L.Concatenate()([given["rows"], given["more"]]))


class Overriding(K.Model):
    def call(self, inputs, training=None, mask=None):
        return super().call(inputs) * 0


class Liar:
    def __getattr__(self, name):
        raise RuntimeError(name)


def normalizations():
    """One that saw no data, one that was told, and some that saw rows, all values, too many
    columns, an axis that is not the last, and numbers beyond all bounds."""
    rows = np.array([[1.0, 100.0], [3.0, 300.0]])
    seen = {
        "rows": (L.Normalization(), rows),
        "all": (L.Normalization(axis=None), rows),
        "many": (L.Normalization(), np.tile(rows, 40)),
        "steps": (L.Normalization(axis=1), rows[:, :, None]),
        "far": (L.Normalization(), rows * 1e15),
    }
    starts, ends = [], []
    told = [(L.Normalization(name="never"), rows), (L.Normalization(mean=2, variance=1), rows)]
    for name, (layer, data) in seen.items():
        layer._name = name
        layer.adapt(data)
    for layer, data in [*told, *seen.values()]:
        starts.append(K.Input(data.shape[1:]))
        ends.append(layer(starts[-1]))
    return K.Model(starts, ends)


def odd():
    keep("subclassed", Own())
    start = K.Input((4,))
    keep("subclass inside", K.Model(start, Own()(start)))
    followed = Reader()
    followed.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    parts.built(followed, (8, 8, 1))
    keep("followed", followed)
    plain = Plain()
    parts.built(plain, (8, 8, 1))
    keep("TensorFlow's own", plain)
    with contextlib.suppress(ValueError):  # legacy Keras takes them anywhere
        LEFT["a function of TensorFlow outside"] = bool(tf.nn.relu(K.Input((3,))) is not None)
    two = Two()
    parts.built(two, {"rows": [4], "more": [3]})
    keep("two by name", two)
    keep("own layer", K.Model(start, Dense(1, name="mine")(start)))
    keep("overriding", Overriding(start, L.Dense(1)(start)))
    keep("operation", K.Model(start, L.Dense(1)(start) * 2.0))
    image = K.Input((4, 4, 3))
    halves = image / 127.5 - 1.0
    keep("arithmetic", K.Model(image, [halves, 1.0 - image, 2 * image + np.array([1.0, 2.0, 3.0])]))
    keep("two tensors", K.Model(image, halves - image))
    reshape = K.ops.reshape if hasattr(K, "ops") else tf.reshape
    keep("flattened", K.Model(image, reshape(image, (-1, 48))))
    keep("reshaped", K.Model(image, reshape(image, (-1, 16, 3))))
    keep("reshaped apart", K.Model(image, reshape(image, (-1, 24))))
    for name in ("relu", "sigmoid", "tanh", "softmax"):
        bare = getattr(K.activations, name)(L.Dense(3)(start))
        keep(f"bare {name}", K.Model(start, bare))
    keep("bare relu with more", K.Model(start, K.activations.relu(start, max_value=6.5)))
    keep("bare softmax of images", K.Model(start, K.activations.softmax(start[:, :, None], axis=1)))
    keep("normalizations", normalizations())
    keep("unbuilt", K.Sequential([L.Flatten(), L.Dense(1)]))
    twice = L.Dense(4, name="twice")
    keep("shared", K.Model(start, twice(twice(start))))
    two = K.Input((4,))
    keep("two inputs", K.Model([start, two], L.Add()([L.Dense(4)(start), two])))
    for name, thing in {"none": None, "text": "model", "liar": Liar()}.items():
        keep(name, thing)
    model = small()
    model.optimizer = Liar()
    keep("lying optimizer", model)


def every_layer():
    flat, image = K.Input((12,)), K.Input((6, 6, 4))
    on_images = [
        L.Conv2D(3, 3), L.SeparableConv2D(3, 3), L.DepthwiseConv2D(3), L.MaxPooling2D(),
        L.AveragePooling2D(2), L.GlobalAveragePooling2D(), L.GlobalMaxPooling2D(),
        L.SpatialDropout2D(0.1), L.Permute((2, 1, 3)), L.Rescaling(2.0, 1.0),
    ]  # fmt: skip
    on_flat = [
        L.Dense(2, kernel_regularizer="l2", kernel_initializer="he_normal"), L.Dense(2, "relu"),
        L.BatchNormalization(), L.LayerNormalization(), L.Dropout(0.1), L.GaussianDropout(0.1),
        L.GaussianNoise(0.1), L.Activation("relu"), L.ReLU(), L.LeakyReLU(), L.ELU(), L.PReLU(),
        L.Softmax(), L.Flatten(), L.Reshape((3, 4)),
        L.Dense(1, kernel_regularizer=K.regularizers.L1(0.1)),
    ]  # fmt: skip
    outputs = [one(image) for one in on_images] + [one(flat) for one in on_flat]
    outputs += [one()([flat, flat]) for one in (L.Concatenate, L.Add, L.Multiply, L.Average)]
    keep("every layer", K.Model([flat, image], outputs))


def weights():
    """Written, and written anew when one sign has changed."""
    model = small()
    path = Path(sys.argv[1], "weights_small.bin")
    equal = [written(model, path)]
    arrays = model.get_weights()
    for array in arrays:
        array[array == 0] = -0.0
    model.set_weights(arrays)
    return all([*equal, written(model, path)])


def written(model, path):
    export.write_weights(model, path.parent, "small")
    arrays = [np.asarray(array) for _, _, array in export.weight_arrays(model)]
    flat = np.concatenate([array.ravel() for array in arrays])
    return flat.astype("<f4").tobytes() == path.read_bytes()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for part in (network, wrapped, spellings, freezing, odd, every_layer):
        part()
    for name, made in exporting_variables.models():
        keep(name, made)
    told = {"left": LEFT, "bytes_equal": weights(), "unlike_keras": exporting_variables.UNLIKE}
    made = small()
    exporting_variables.patch()
    GRAPHS["patched"] = export.neutral_graph(made)
    print(json.dumps({"graphs": GRAPHS, **told}))
