"""Training inside a notebook is shortened: both Keras', tiny models, each in a fresh Python."""

from __future__ import annotations

from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

pytestmark = pytest.mark.tensorflow

START = """
import sys, json, importlib, warnings
warnings.simplefilter("ignore")
from grader_inside.kernel import shorten
shorten.install()
keras = importlib.import_module({flavour!r})
import numpy as np, tensorflow as tf
parts, facts = {{}}, {{}}
rows = 0
def model(**settings):
    inputs = keras.Input((4, 4, 3))
    x = keras.layers.Conv2D(2, 3)(inputs)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.5)(keras.layers.Flatten()(x))
    built = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))
    compiling = dict(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    built.compile(**(compiling | settings))
    return built
x = np.random.rand(64, 4, 4, 3).astype("float32") + 5
y = np.random.randint(0, 2, (64, 1)).astype("float32")
def read(a, b):
    global rows
    rows += 1
    return a, b
def one_by_one():
    for a, b in zip(x, y):
        yield read(a, b)
spec = (tf.TensorSpec((4, 4, 3)), tf.TensorSpec((1,)))
def dataset():
    return tf.data.Dataset.from_generator(one_by_one, output_signature=spec)
def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
"""


Facts = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=["keras", "tf_keras"])
def facts(request: pytest.FixtureRequest) -> Facts:
    """Name of each piece of code below → what it put into `facts`, all in one fresh Python."""
    pieces = (("FIT", FIT), ("KINDS", KINDS), ("OWN_STEP", OWN_STEP))
    code = [f"{piece}\nparts[{name!r}], facts = facts, {{}}\n" for name, piece in pieces]
    start = INSIDE + START.format(flavour=request.param)
    left: Facts = facts_of(start + "".join(code) + "print('FACTS', json.dumps(parts))")
    return left


FIT = """
class Stop(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        facts.setdefault("calls", []).append("begin")
    def on_epoch_end(self, epoch, logs=None):
        facts["calls"].append(epoch)
        facts["logs"] = sorted(logs)
        if logs["accuracy"] >= 0:
            self.model.stop_training = True
    def on_train_end(self, logs=None):
        facts["calls"].append("end")
built = model()
before = built.get_weights()
data = dataset().batch(32).map(lambda a, b: (a * 2, b)).cache().shuffle(100).prefetch(2)
history = built.fit(data, validation_data=data, epochs=100, callbacks=[Stop()], verbose=0)
facts["history"] = {key: len(value) for key, value in history.history.items()}
facts["epoch"] = history.epoch
facts["rows"] = rows
facts["unchanged"] = same(before, built.get_weights())
facts["iterations"] = int(built.optimizer.iterations.numpy())
facts["stopped"] = built.stop_training
facts["eager"] = bool(built.run_eagerly)
facts["predicted"] = list(built.predict(x, verbose=0).shape)
facts["few"] = list(built.predict(x[:1], verbose=0).shape)
facts["evaluated"] = len(built.evaluate(x, y, verbose=0))
facts["named"] = sorted(built.evaluate(data, verbose=0, return_dict=True))
facts["name"] = type(built).fit.__name__
built.compile(keras.optimizers.Adam(use_ema=True), "binary_crossentropy")
facts["averaged"] = built.fit(x, y, verbose=0).epoch
"""


def test_fit_is_one_step_that_leaves_no_trace(facts: Facts) -> None:
    """Callbacks run in order, the History has its keys, weights and optimizer stay as they were."""
    seen = facts["FIT"]
    assert seen["calls"] == ["begin", 0, "end"]
    names = ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert seen["logs"] == names
    assert seen["history"] == dict.fromkeys(names, 1)
    assert seen["epoch"] == [0]
    assert seen["rows"] <= 10  # of 128 that one epoch reads
    assert seen["unchanged"]
    assert seen["iterations"] == 0
    assert seen["stopped"]
    assert not seen["eager"]
    assert seen["predicted"] == [64, 1]
    assert seen["few"] == [1, 1]
    assert seen["evaluated"] == 2
    assert seen["named"] == ["accuracy", "loss"]
    assert seen["name"] == "fit"
    assert seen["averaged"] == [0]


KINDS = """
def generator():
    while True:
        yield x[:16], y[:16]
class Pages(keras.utils.PyDataset if hasattr(keras.utils, "PyDataset") else keras.utils.Sequence):
    def __len__(self): return 4
    def __getitem__(self, at): return x[at * 16:at * 16 + 16], y[at * 16:at * 16 + 16]
def keys(*given, **named):
    history = model().fit(*given, verbose=0, **named)
    return [sorted(history.history), len(history.history["loss"])]
facts["arrays"] = keys(x, y, epochs=5, batch_size=16)
facts["split"] = keys(x, y, epochs=5, validation_split=0.2)
facts["pair"] = keys(x, y, epochs=5, validation_data=(x, y), validation_freq=2)
facts["generator"] = keys(generator(), epochs=5, steps_per_epoch=4)
both = {"steps_per_epoch": 4, "validation_data": generator(), "validation_steps": 4}
facts["both"] = keys(generator(), **both)
facts["sequence"] = keys(Pages(), validation_data=Pages(), epochs=3)
facts["endless"] = keys(dataset().repeat().batch(8), steps_per_epoch=3, epochs=2)
facts["odd"] = keys(dataset().batch(8).take(3).enumerate().map(lambda n, d: d), epochs=2)
facts["late"] = model().fit(x, y, initial_epoch=3, epochs=9, verbose=0).epoch
facts["weighted"] = keys(x, y, class_weight={0: 1.0, 1: 2.0}, sample_weight=None)
unbuilt = lambda: keras.Sequential([keras.layers.Dense(1)])
wrong = {
    "shape": lambda fit: fit(model(), x[:, :2], y, verbose=0),
    "unknown": lambda fit: fit(model(), x, y, no_such=1),
    "twice": lambda fit: fit(model(), x, y, x=x),
    "no_compile": lambda fit: fit(unbuilt(), x, y, verbose=0),
    "loss": lambda fit: fit(model(loss="sparse_no_such"), x, y, verbose=0),
    "empty": lambda fit: fit(model(), verbose=0),
    "callback": lambda fit: fit(model(), x, y, verbose=0, callbacks=[3]),
}
def raised(call, fit):
    try:
        call(fit)
    except Exception as problem:
        return type(problem).__name__
    return "nothing"
fit = keras.Model.fit
facts["wrong"] = {n: [raised(c, fit), raised(c, fit.__wrapped__)] for n, c in wrong.items()}
"""


def test_every_kind_of_data_can_be_shortened(facts: Facts) -> None:
    """Arrays, generators, sequences, data sets; what raises in Keras raises here."""
    seen = facts["KINDS"]
    short, full = ["accuracy", "loss"], ["accuracy", "loss", "val_accuracy", "val_loss"]
    for kind in ("arrays", "generator", "endless", "odd", "weighted"):
        assert seen[kind] == [short, 1], kind
    for kind in ("split", "pair", "both", "sequence"):
        assert seen[kind] == [full, 1], kind
    assert seen["late"] == [3]
    for wrong, (here, in_keras) in seen["wrong"].items():
        assert here == in_keras != "nothing", wrong


OWN_STEP = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = keras.layers.Dense(1)
        facts["ran"] = 0
    def call(self, inputs):
        return self.out(tf.reshape(inputs, (-1, 48)))
    def train_step(self, data):
        facts["ran"] += 1
        return super().train_step(data)
built = Own()
built.compile(optimizer="sgd", loss="mse")
built(x[:1])
before = built.get_weights()
facts["history"] = sorted(built.fit(x, y, epochs=5, verbose=0).history)
facts["unchanged"] = same(before, built.get_weights())
class Inner(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        facts["inner"] = list(self.model.predict(x, verbose=0).shape)
        facts["inner_evaluated"] = self.model.evaluate(x, y, verbose=0) is not None
built.fit(x, y, epochs=5, verbose=0, callbacks=[Inner()])
stack = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
stack.compile(optimizer="sgd", loss="mse", metrics=["mae"])
facts["unbuilt"] = sorted(stack.fit(x, y, epochs=5, verbose=0).history)
"""


def test_a_training_step_of_the_students_own_runs_and_is_undone(facts: Facts) -> None:
    """A custom `train_step` runs once; predicting in a callback and unbuilt models work."""
    seen = facts["OWN_STEP"]
    assert seen["ran"] == 2  # once a fit
    assert seen["history"] == ["loss"]
    assert seen["unchanged"]
    assert seen["inner"] == [64, 1]
    assert seen["inner_evaluated"]
    assert seen["unbuilt"][0] == "loss"
    assert len(seen["unbuilt"]) == 2
