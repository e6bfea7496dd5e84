"""Run in a process of its own, once for each Keras: models are exported as a notebook's are,
planned as the host plans them, and measured by the program of the measuring sandbox. Prints JSON.

Argument: a folder to work in. The data are arrays made here: pictures of ten kinds, 8×8, with a
stripe or a spot at a place that tells the kind, and noise.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from grader.evidence.graph.parse import parse
from grader.inside import export
from grader.inside.measuring import main as program
from grader.measure import whole
from grader.measure.plan import NotMeasurable, NotRebuilt, values_given

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
program._settle_numbers()  # before anything is computed: threads cannot be changed afterwards
import tensorflow as tf  # noqa: E402

K = tf.keras
reshape = getattr(K, "ops", tf).reshape
L = K.layers
SIDE, KINDS = 8, 10
TRAINED = {"noise", "random", "both ways", "the same layer twice", "arithmetic"}
"""Of the layers and joined models: which are trained as well."""
ROWS = {"train": 600, "validation": 100, "hidden": 200}


def pictures(seed, count, kinds=KINDS):
    """(count, 8, 8) whole numbers in 0…16, as scikit-learn's digits are, and their labels."""
    dice = np.random.default_rng(seed)
    labels = dice.integers(0, kinds, count)
    images = dice.uniform(0, 5, (count, SIDE, SIDE))
    for image, label in zip(images, labels, strict=True):
        if label < KINDS // 2:
            image[label + 1 : label + 3] += 9  # a stripe across
        else:
            image[:, label - 4 : label - 2] += 9
    return np.round(images).astype("uint8"), labels


def sequences(seed, count):
    """(count, 12) numbers of words; the label says whether a word below 5 is among them."""
    dice = np.random.default_rng(seed)
    labels = dice.integers(0, 2, count)
    words = dice.integers(5, 50, (count, 12))
    words[np.arange(count), dice.integers(0, 12, count)] -= 45 * labels
    return np.maximum(words, 1), labels


class Data:
    """Files of one data set, as the sandbox is shown them."""

    def __init__(self, folder, made, classes, scale=1.0, offset=0.0, validation=True):
        self.shape, self.classes, self.scale, self.offset = (
            made(1, 1)[0].shape[1:],
            classes,
            scale,
            offset,
        )
        self.folder = folder
        (folder / "hidden").mkdir(parents=True)
        arrays = {}
        for number, (split, rows) in enumerate(ROWS.items()):
            inputs, labels = made(number, rows)
            if split == "hidden":
                np.save(folder / "hidden" / "hidden.npy", inputs)
                self.labels = labels.tolist()
            elif split == "train" or validation:
                arrays |= {f"x_{split}": inputs, f"y_{split}": labels[:, None]}
        np.savez(folder / "data.npz", **arrays)
        self.splits = {
            name: {"arrays": "data.npz", "inputs": f"x_{name}", "labels": f"y_{name}"}
            for name in ("train", "validation")
            if f"x_{name}" in arrays
        }

    def request(self, planned):
        scale, offset = values_given(planned, self.scale, self.offset)
        return {
            "shape": self.shape, "reads": planned.input_shape, "scale": scale, "offset": offset,
            "classes": [str(n) for n in range(self.classes)], "splits": self.splits,
        }  # fmt: skip


def planned(model, data, before=None):
    graph = parse(json.dumps(before or export.neutral_graph(model)).encode())
    return whole.plan(graph, tuple(data.shape), data.classes)


def measure(name, model, data, epochs=4, own=False, before=None):
    """{"right", "curve", …} of one model; {"refused"} or {"why"} where it is not measured."""
    folder = data.folder / name
    (folder / "in").mkdir(parents=True)
    (folder / "out").mkdir()
    try:
        plan = planned(model, data, before)
    except (NotMeasurable, NotRebuilt) as reason:
        return {"why": f"{type(reason).__name__}: {reason}"}
    arrays = None
    if own:
        arrays = own_arrays(model, plan, folder)
    request = {
        "task": "train", "network": None, "data": data.request(plan), "head": plan.head,
        "compiled": plan.compiled, "classes": data.classes, "arrays": arrays,
        "recipe": {"seed": 7, "epochs": 0 if own else epochs, "batch_size": 32, "enough": 0.999},
    }  # fmt: skip
    (folder / "in" / "request.json").write_text(json.dumps(request))
    places = {
        "IN": folder / "in", "OUT": folder / "out", "DATA": data.folder,
        "HIDDEN": data.folder / "hidden", "OWN": folder / "weights_own.bin",
    }  # fmt: skip
    os.environ |= {f"GRADER_{key}": str(path) for key, path in places.items()}
    started = time.monotonic()
    program._settle_numbers = lambda: None
    program.main()
    if (folder / "out" / "refused.json").exists():
        return {"refused": json.loads((folder / "out" / "refused.json").read_text())}
    trained = json.loads((folder / "out" / "trained.json").read_text())
    answers = np.array(trained["answers"], "float64")
    said = answers.argmax(1) if answers.shape[1] > 1 else answers[:, 0] > plan.compiled["middle"]
    order = [int(row) for row in trained["names"]]
    right = float(np.mean(said == np.array(data.labels)[order]))
    return {
        "right": right, "answers": trained["answers"][:5], "seconds": time.monotonic() - started,
        "epochs": len(trained["curve"]["loss"]), "curve": trained["curve"],
    }  # fmt: skip


def own_arrays(model, plan, folder):
    """The exported numbers, numbered as the host numbers them."""
    export.write_weights(model, folder, "own")
    graph = parse(json.dumps(export.neutral_graph(model)).encode())
    numbers = {layer.id: number for number, layer in enumerate(whole.layers_of(graph))}
    listed = json.loads((folder / "weights_own.json").read_text())
    return [
        {**one, "layer": str(numbers[one["layer"]]), "name": str(index)}
        for index, one in enumerate(listed)
    ]


def compiled(model, loss="sparse_categorical_crossentropy", rate=0.005):
    model.compile(K.optimizers.Adam(learning_rate=rate), loss, metrics=["accuracy"])
    return model


def adapted(scale):
    """A Normalization that has seen the training data."""
    layer = L.Normalization()
    layer.adapt(pictures(0, ROWS["train"])[0][..., np.newaxis] * scale)
    return layer


def convolving(*before, units=KINDS, last="softmax", shape=(SIDE, SIDE, 1)):
    return K.Sequential([
        K.Input(shape), *before,
        L.Conv2D(12, 3, activation="relu", padding="same"), L.MaxPooling2D(), L.Flatten(),
        L.Dense(32, activation="relu"), L.Dropout(0.2), L.Dense(units, activation=last),
    ])  # fmt: skip


def digits(folder):
    """Ten classes of grey pictures: labels and losses, shapes, scaling, the same twice."""
    data = Data(folder / "digits", pictures, KINDS, scale=1 / 16)
    alone = Data(folder / "alone", pictures, KINDS, scale=1 / 16, validation=False)
    made = {
        "sparse": measure("sparse", compiled(convolving()), data),
        "again": measure("again", compiled(convolving()), data),
        "categorical": measure(
            "categorical", compiled(convolving(), "categorical_crossentropy"), data
        ),
        "one sigmoid a class": measure(
            "sigmoids", compiled(convolving(last="sigmoid"), "binary_crossentropy"), data
        ),
        "logits": measure(
            "logits",
            compiled(
                convolving(last=None), K.losses.SparseCategoricalCrossentropy(from_logits=True)
            ),
            data,
        ),
        "without validation": measure("alone", compiled(convolving()), alone),
        "rows": measure(
            "rows",
            compiled(K.Sequential([K.Input((64,)), L.Dense(40, "relu"), L.Dense(10, "softmax")])),
            data,
        ),
        "unbuilt": measure(
            "unbuilt",
            compiled(
                K.Sequential(
                    [L.Conv2D(12, 3, activation="relu"), L.Flatten(), L.Dense(10, "softmax")]
                )
            ),
            data,
        ),
        "rescales by itself": measure("rescales", compiled(convolving(L.Rescaling(1 / 16))), data),
        "augments": measure(
            "augments",
            compiled(convolving(L.RandomTranslation(0.01, 0.01), L.RandomZoom(0.01))),
            data,
        ),
        "adapts": measure("adapts", compiled(convolving(adapted(1))), data),
        "too few units": measure("few", compiled(convolving(units=4)), data),
        "too few for rows": measure(
            "few rows", compiled(convolving(units=4), "categorical_crossentropy"), data
        ),
        "one unit": measure(
            "one", compiled(convolving(units=1, last="sigmoid"), "binary_crossentropy"), data
        ),
        "learns nothing": measure("nothing", compiled(convolving(), rate=0.0), data),
        "not flattened": measure(
            "not flattened",
            compiled(K.Sequential([K.Input((8, 8, 1)), L.Conv2D(4, 3), L.Dense(10, "softmax")])),
            data,
        ),
        "another shape": measure("shape", compiled(convolving(shape=(9, 9, 1))), data),
    }
    model = compiled(convolving())
    made["untrained"] = measure("untrained", model, data, own=True)
    inputs, labels = pictures(0, ROWS["train"])
    model.fit(inputs[..., None] / 16, labels, epochs=4, verbose=0)
    made["as trained"] = measure("as trained", model, data, own=True)
    hidden = np.load(data.folder / "hidden" / "hidden.npy")[:5, ..., None] / 16
    made["as trained"]["expected"] = model(hidden, training=False).numpy().tolist()
    return made


def words(folder):
    """Two classes of sequences of numbers: embedding, recurrent layers, one unit."""
    data = Data(folder / "words", sequences, 2)
    bodies = {
        "lstm": [L.LSTM(16)],
        "gru both ways": [L.Bidirectional(L.GRU(12))],
        "simple": [L.SimpleRNN(16)],
        "convolving": [L.Conv1D(16, 3, activation="relu"), L.GlobalMaxPooling1D()],
    }
    made = {}
    for name, body in bodies.items():
        start = [K.Input((12,)), L.Embedding(50, 8, mask_zero=name != "convolving")]
        model = compiled(
            K.Sequential([*start, *body, L.Dense(1, "sigmoid")]), "binary_crossentropy", 0.01
        )
        made[name] = measure(name, model, data, epochs=6)
        made[name]["own"] = measure(f"{name} own", model, data, own=True)
        hidden = np.load(data.folder / "hidden" / "hidden.npy")[:5]
        made[name]["expected"] = model(hidden, training=False).numpy().tolist()
    small = K.Sequential(
        [K.Input((12,)), L.Embedding(20, 8), L.GlobalAveragePooling1D(), L.Dense(1, "sigmoid")]
    )
    made["too small a vocabulary"] = measure(
        "vocabulary", compiled(small, "binary_crossentropy"), data
    )
    return made


def every_layer(folder):
    """Each layer that we say we rebuild, with the exported numbers: it computes the same."""
    data = Data(folder / "layers", lambda seed, count: pictures(seed, count, 2), 2, scale=1 / 16)
    flat, image, line = [L.Reshape((64,))], [L.Reshape((8, 8, 1))], [L.Reshape((8, 8))]
    R = K.regularizers
    stacks = {
        "dense": [
            *flat,
            L.Dense(5, "relu", kernel_regularizer=R.L1(0.1)),
            L.Dense(5, kernel_constraint=K.constraints.MaxNorm(1)),
        ],
        "batch": [*image, L.Conv2D(4, 3), L.BatchNormalization(), L.ReLU()],
        "layer norm": [*flat, L.Dense(5), L.LayerNormalization()],
        "group norm": [*image, L.Conv2D(4, 3), L.GroupNormalization(2)],
        "unit norm": [*flat, L.UnitNormalization()],
        "separable": [*image, L.Conv2D(3, 3), L.SeparableConv2D(4, 3), L.DepthwiseConv2D(3)],
        "separable line": [*line, L.SeparableConv1D(4, 3)],
        "line": [
            *line,
            L.ZeroPadding1D(1),
            L.Conv1D(4, 3, padding="causal", dilation_rate=2),
            L.MaxPooling1D(2),
            L.AveragePooling1D(2),
        ],
        "transposed": [
            *image,
            L.Conv2DTranspose(3, 3, strides=2),
            L.Cropping2D(1),
            L.UpSampling2D(2),
            L.ZeroPadding2D(((1, 0), (0, 1))),
        ],
        "pooling": [*image, L.AveragePooling2D(2), L.Conv2D(3, 2), L.GlobalAveragePooling2D()],
        "keeps": [*image, L.Conv2D(3, 2), L.GlobalMaxPooling2D(keepdims=True)],
        "active": [
            *flat,
            L.Dense(6),
            L.LeakyReLU(),
            L.ELU(),
            L.PReLU(),
            L.Activation("tanh"),
            L.Softmax(),
        ],
        "noise": [
            *image,
            L.SpatialDropout2D(0.2),
            L.GaussianNoise(0.1),
            L.GaussianDropout(0.1),
            L.AlphaDropout(0.1),
        ],
        "random": [
            *image,
            L.RandomFlip(),
            L.RandomRotation(0.1),
            L.RandomTranslation(0.1, 0.2),
            L.RandomZoom(0.1),
            L.RandomContrast(0.1),
            L.RandomBrightness(0.1),
        ],
        "sized": [*image, L.Resizing(10, 10), L.CenterCrop(6, 6)],
        "shaped": [*line, L.Permute((2, 1)), L.Cropping1D(1), L.UpSampling1D(2)],
        "adapted": [*image, adapted(1 / 16)],
        "never adapted": [*image, L.Normalization()],
        "given": [*image, L.Normalization(mean=0.4, variance=0.1), L.Rescaling(2.0, -1.0)],
        "recurrent": [
            *line,
            L.LSTM(5, return_sequences=True),
            L.GRU(4, return_sequences=True, activation=None),
            L.SimpleRNN(3),
        ],
        "recurrent one way": [
            *line,
            L.LSTM(4, go_backwards=True, dropout=0.1, recurrent_dropout=0.1),
        ],
        "both ways": [
            *line,
            L.Bidirectional(L.LSTM(4, return_sequences=True)),
            L.Bidirectional(L.GRU(3), merge_mode="sum"),
        ],
        "masking": [*line, L.Masking(0.0), L.LSTM(4)],
        "repeated": [*flat, L.Dense(4), L.RepeatVector(3), L.Conv1D(2, 2)],
    }
    made = {}
    hidden = np.load(data.folder / "hidden" / "hidden.npy")[:5] / 16
    for name, stack in stacks.items():
        model = compiled(
            K.Sequential([K.Input((8, 8)), *stack, L.Flatten(), L.Dense(1, "sigmoid")]),
            "binary_crossentropy",
        )
        made[name] = measure(name, model, data, own=True) | {
            "expected": model(hidden, training=False).numpy().tolist()
        }
        if name in TRAINED:
            made[name]["trained"] = measure(f"{name} trained", model, data, epochs=1)
    made |= joined(data, hidden)
    return made


class Halves(L.Layer):
    """Nothing to learn, nothing that is different in training."""

    def call(self, inputs):
        return inputs / 2.0


def mean(x, axes, keepdims=False):
    if hasattr(K, "ops"):
        return K.ops.mean(x, axis=axes, keepdims=keepdims)
    return tf.reduce_mean(x, axes, keepdims=keepdims)


def joining(tensors, axis):
    return K.ops.concatenate(tensors, axis) if hasattr(K, "ops") else tf.concat(tensors, axis)


def as_built(folder):
    """Models as people build them: measured, and trained by hand in plain Keras by the recipe."""
    data = Data(folder / "built", pictures, KINDS, scale=1 / 16)

    def behind(front):
        start = K.Input((SIDE, SIDE, 1))
        x = L.Conv2D(8, 3, activation="relu")(front(start))
        # one after the other: each draws its seed when it is made, and so are ours
        x = L.Dense(16, activation="relu")(reshape(x, (-1, 288)))
        x = L.Dropout(0.2)(x)
        return K.Model(start, L.Dense(KINDS, activation="softmax")(x))

    def mixed():
        K.mixed_precision.set_global_policy("mixed_float16")
        made = convolving()
        K.mixed_precision.set_global_policy("float32")
        return made

    decay = K.optimizers.schedules.ExponentialDecay(0.01, 20, 0.9)
    makes = {
        "Lambda": lambda: behind(L.Lambda(lambda x: x / 16.0)),
        "operations": lambda: behind(lambda x: x / 8.0 - 1),
        "augmentation": lambda: behind(L.RandomTranslation(0.1, 0.1)),
        "nested": lambda: K.Sequential([K.Input((8, 8, 1)), convolving()]),
        "schedule": convolving,
        "mixed precision": mixed,
    }
    made = {}
    for name, make in makes.items():
        rate = decay if name == "schedule" else 0.005
        found = measure(name, compiled(make(), rate=rate), data, epochs=2)
        K.backend.clear_session()
        K.utils.set_random_seed(7)
        model = compiled(make(), rate=rate)
        scale, offset = values_given(planned(model, data), data.scale, data.offset)
        parts = [pictures(number, rows) for number, rows in enumerate(ROWS.values())]
        given = [
            (x[..., None].astype("float32") * np.float32(scale) + np.float32(offset),
             y[:, None].astype("float32"))
            for x, y in parts
        ]  # fmt: skip
        kept = K.callbacks.ModelCheckpoint(
            str(folder / f"{len(made)}-{{epoch}}.weights.h5"), save_weights_only=True
        )
        history = model.fit(
            *given[0], batch_size=32, epochs=2, validation_data=given[1],
            validation_batch_size=128, verbose=0, callbacks=[kept],
        )  # fmt: skip
        shares = history.history["val_accuracy"]
        far = (max(shares) * (1 - max(shares)) / ROWS["validation"]) ** 0.5
        last = max(n for n, share in enumerate(shares, 1) if share >= max(shares) - far)
        model.load_weights(str(folder / f"{len(made)}-{last}.weights.h5"))
        answers = model.predict(given[2][0], batch_size=128, verbose=0)
        right = float(np.mean(answers.argmax(1) == parts[2][1]))
        made[name] = found | {"expected": answers[:5].tolist(), "by hand": right}
    return made


def joined(data, hidden):
    """Models that are no chain."""

    def built(make):
        start = K.Input((8, 8))
        out = L.Dense(1, activation="sigmoid")(L.Flatten()(make(start)))
        return compiled(K.Model(start, out), "binary_crossentropy")

    twice = L.Dense(8, name="twice")
    inner = K.Sequential([K.Input((8, 8)), L.Dense(8, "relu"), L.Dropout(0.1)])
    makes = {
        "residual": lambda x: L.Add()([L.Dense(8)(x), x]),
        "concatenated": lambda x: L.Concatenate()([L.Dense(3)(x), L.Dense(2)(x), x]),
        "the same layer twice": lambda x: twice(twice(x)),
        "inner model": inner,
        "inner model twice": lambda x: inner(inner(x)),
        "arithmetic": lambda x: 1.0 - (x / 2.0 - 0.25) * 3.0 + 0.5,
        "channels by numbers of their own": lambda x: (x - np.linspace(0, 1, 8)) * 8,
        "flattened by operation": lambda x: L.Dense(3)(reshape(x, (-1, 64))),
        "arithmetic of tensors": lambda x: L.Dense(8)(x) * L.Dense(8)(x) + x,
        "added to itself": lambda x: L.Dense(8)(x + x),
        "Lambda": lambda x: L.Dense(8)(L.Lambda(lambda t: (0.5 - t) / 2.0)(x)),
        "Lambda of another shape": L.Lambda(lambda t: tf.expand_dims(t, -1) * 2.0),
        "means by operation": lambda x: L.Dense(4)(mean(x, (1,))),
        "less its mean": lambda x: x - mean(x, (1, 2), keepdims=True),
        "joined by operation": lambda x: joining([L.Dense(3)(x), x], -1),
        "turned": lambda x: L.Dense(3)(L.Lambda(lambda t: tf.transpose(t, (0, 2, 1)))(x)),
        "resized in a Lambda": L.Lambda(lambda t: tf.image.resize(t[..., None], (5, 5))),
        "pooled and padded in a Lambda": L.Lambda(
            lambda t: tf.pad(
                tf.nn.max_pool2d(t[..., None], 2, 2, "VALID"), [[0, 0], [1, 1], [0, 1], [0, 0]]
            )
        ),
        "active in a Lambda": lambda x: L.Lambda(tf.nn.leaky_relu)(L.Dense(8)(x)),
        "cut below": lambda x: L.Lambda(lambda t: tf.maximum(t, 0.0))(L.Dense(8)(x)),
        "roots": lambda x: L.Lambda(lambda t: tf.sqrt(tf.abs(t)))(L.Dense(8)(x)),
        "channels turned round": lambda x: L.Lambda(lambda t: t[..., ::-1])(L.Dense(8)(x)),
        "a layer of their own": lambda x: L.Dense(3)(Halves()(x)),
        "the same layer at each step": L.TimeDistributed(L.Dense(3, "relu")),
    }
    made = {}
    for name, make in makes.items():
        model = built(make)
        made[name] = measure(name, model, data, own=True) | {
            "expected": model(hidden, training=False).numpy().tolist()
        }
        if name in TRAINED:
            made[name]["trained"] = measure(f"{name} trained", model, data, epochs=1)
    return made


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    place = Path(sys.argv[1])
    parts = {"digits": digits, "words": words, "layers": every_layer, "built": as_built}
    print(json.dumps({name: part(place) for name, part in parts.items()}))
