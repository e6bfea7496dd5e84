"""Code of earlier editions runs as it did: names that later versions of Keras dropped."""

from __future__ import annotations

from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

from grader.run.preload import KERAS_3, LEGACY, LIBRARIES

pytestmark = pytest.mark.tensorflow

START = """
import sys, json, warnings, importlib
warnings.simplefilter("ignore")
for name in {imported!r}:
    importlib.import_module(name)
from grader_inside.kernel import shorten
from grader_inside.shims import keras2
keras2.install(legacy={legacy!r})
shorten.install()
import numpy as np, tensorflow as tf
facts = {{}}
x, y = np.ones((8, 3), "float32"), np.ones((8,), "float32")
def model(optimizer, metrics=("accuracy",)):
    made = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1)])
    made.compile(optimizer, "binary_crossentropy", metrics=list(metrics))
    return made
"""
END = "\nprint('FACTS', json.dumps(facts))"
RATES = """
one = tf.keras.optimizers.RMSprop(lr=0.25)
facts["rate"] = float(one.learning_rate)
facts["again"] = float(type(one).from_config(one.get_config()).learning_rate)
falling = tf.keras.optimizers.SGD(lr=0.5, decay=0.5)
rate = falling._learning_rate
facts["falls"] = [float(rate(0)), float(rate(2))]
facts["positional"] = float(tf.keras.optimizers.Adam(0.125).learning_rate)
facts["told"] = sorted(keras2._told)
"""
OLD_METHODS = """
made = model(tf.keras.optimizers.SGD(0.1))
batches = lambda: (pair for pair in [(x, y)] * 9)
facts["shape"] = list(made.layers[-1].output_shape)
history = made.fit_generator(batches(), 4, 3, verbose=0, workers=2)
facts["epochs"] = len(history.history["loss"])
facts["evaluated"] = len(made.evaluate_generator(batches(), 2))
facts["predicted"] = made.predict_generator(batches(), 2).shape[-1]
"""
OLD_IMPORTS = """
import keras
import keras.backend as K
from keras.models import Model
from keras.layers import Dense
from keras.preprocessing.image import ImageDataGenerator
import tf_keras
facts["same"] = Model is tf.keras.Model and keras.layers is tf_keras.layers
facts["spec"] = tf_keras.layers.__spec__.name
class Look(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        facts["seen"] = [logs.get("acc") is not None, "accuracy" in logs, logs.get("lost")]
history = model(keras.optimizers.RMSprop(lr=0.1)).fit(x, y, verbose=0, callbacks=[Look()])
facts["kept"] = [len(history.history["acc"]), sorted(history.history)]
acc = model("sgd", ["acc"]).fit(x, y, verbose=0)
facts["other way"] = [len(acc.history["accuracy"]), sorted(acc.history)]
"""


WAYS = [
    pytest.param(
        (legacy, warm), id=f"{'legacy' if legacy else 'keras'}-{'warm' if warm else 'cold'}"
    )
    for legacy in (True, False)
    for warm in (True, False)
]


@pytest.fixture(scope="module", params=WAYS)
def facts(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What all pieces of code leave, in a fresh Python of either Keras. A warm worker has imported
    all of Keras before anything of ours."""
    legacy, warm = request.param
    imported = (*LIBRARIES, *(LEGACY if legacy else KERAS_3)) if warm else ()
    code = RATES + OLD_METHODS + (OLD_IMPORTS if legacy else "") + END
    left: dict[str, Any] = facts_of(
        INSIDE + START.format(legacy=legacy, imported=imported) + code, legacy=legacy
    )
    return left


def test_the_old_name_of_the_learning_rate_is_honoured(facts: dict[str, Any]) -> None:
    """tf-keras would ignore `lr=` silently, Keras 3 refuse it; both say that it was adapted."""
    assert facts["rate"] == facts["again"] == 0.25
    assert facts["positional"] == 0.125
    assert facts["falls"] == [0.5, 0.25]  # lr / (1 + decay * steps), as Keras 2 had it
    assert len(facts["told"]) == 2


def test_generator_methods_and_output_shapes(facts: dict[str, Any]) -> None:
    """`fit_generator` and its like are there in both, shortened; so is `.output_shape`."""
    assert facts["shape"] == [None, 1]
    assert facts["epochs"] == 1
    assert facts["evaluated"] == 2
    assert facts["predicted"] == 1


@pytest.mark.parametrize("facts", WAYS[:2], indirect=True)
def test_imports_and_logs_of_the_first_keras_2(facts: dict[str, Any]) -> None:
    """`import keras` is the legacy one; `acc` and `accuracy` are the same entry of the logs."""
    assert facts["same"]
    assert facts["spec"] == "tf_keras.layers"
    assert facts["seen"] == [True, True, None]
    assert facts["kept"] == [1, ["accuracy", "loss"]]
    assert facts["other way"] == [1, ["acc", "loss"]]
