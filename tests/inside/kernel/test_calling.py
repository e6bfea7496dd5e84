"""A model that is asked without what stands around its layers' `call` answers the same."""

from __future__ import annotations

from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

pytestmark = pytest.mark.tensorflow

PROGRAM = f"""
import contextlib, hashlib, json, sys
sys.path.append({str(INSIDE)!r})
import calling
calling.install()
import tensorflow as tf
import keras
import numpy as np
L, facts = keras.layers, {{}}
keras.utils.set_random_seed(3)
images = np.random.rand(2, 75, 75, 3).astype("float32")
around = [0]
of_keras = L.Layer._get_call_context
def counted(self):
    around[0] += 1
    return of_keras(self)
L.Layer._get_call_context = counted
def digest(outputs):
    whole = hashlib.sha256()
    for one in outputs if isinstance(outputs, list) else [outputs]:
        whole.update(one.numpy().tobytes())
    return whole.hexdigest()
def asked(name, model, training=False, given=[images]):
    found = []
    for way in (contextlib.nullcontext, calling.plainly):
        around[0] = 0
        with way():
            found.append([digest(model(given, training=training)), around[0]])
    facts[name] = found
def built(*layers, side=75):
    start = here = keras.Input((side, side, 3))
    for layer in layers:
        here = layer(here)
    return keras.Model(start, here)
class Own(L.Conv2D):
    def call(self, x):
        return super().call(x) * 2
class Outside(L.Conv2D):
    def __call__(self, x, **more):
        return super().__call__(x) * 2
patched, rebound = L.Conv2D(4, 3), L.Conv2D(4, 3)
network = keras.applications.InceptionV3(weights=None, include_top=False, input_shape=(75, 75, 3))
for layer in network.layers:
    layer.trainable = False
asked("network", network)
asked("part", keras.Model(network.inputs, network.get_layer("mixed7").output))
asked("nested", built(network, L.Flatten(), L.Dense(2)))
asked("learning", built(L.Conv2D(4, 3), L.BatchNormalization(), L.Dropout(0.5)), None)
asked("trained", built(L.Conv2D(4, 3), L.BatchNormalization()), True)
ends = [network.get_layer(name).output for name in ("mixed0", "mixed1")]
asked("two outputs", keras.Model(network.inputs, ends))
asked("own", built(Own(4, 3), Outside(4, 3)))
model = built(patched, L.Activation(lambda x: x * 3), L.Activation("relu"))
patched.call = lambda x: original(x) * 5
original = type(patched).call.__get__(patched)
asked("patched", model)
asked("half", built(L.Conv2D(4, 3, dtype="mixed_float16"), L.BatchNormalization(dtype="float64")))
row = keras.Sequential([L.Input((75, 75, 3)), L.Conv2D(4, 3), L.MaxPooling2D()])
asked("sequential", row, given=images)
model = built(rebound)
L.Layer.__call__, first = (lambda self, *a, **k: first(self, *a, **k)), L.Layer.__call__
asked("rebound", model)
L.Layer.__call__ = first
try:
    with calling.plainly():
        built(L.Conv2D(4, 3))(np.zeros((1, 9, 9, 5), "float32"))
except Exception as problem:
    facts["wrong"] = type(problem).__name__
facts["left"] = sys.modules["keras.src.models.functional"].operation_fn.__module__
print("FACTS", json.dumps(facts))
"""


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return dict(facts_of(PROGRAM))


def test_answers_are_the_same(facts: dict[str, Any]) -> None:
    asked = {name: found for name, found in facts.items() if isinstance(found, list)}
    assert len(asked) == 11
    for name, (plain, quick) in asked.items():
        assert plain[0] == quick[0], name


def test_only_plain_layers_of_keras_are_asked_directly(facts: dict[str, Any]) -> None:
    """How many calls went through Keras's own entrance, the model's one among them."""
    passed = {name: found[1][1] for name, found in facts.items() if isinstance(found, list)}
    every = {name: found[0][1] for name, found in facts.items() if isinstance(found, list)}
    assert every["network"] > 300
    assert passed["network"] == passed["part"] == passed["two outputs"] == 1
    for name in ("own", "half", "rebound"):
        assert passed[name] == every[name], name
    assert passed["nested"] == 4
    assert passed["patched"] == every["patched"] - 2  # two activations
    assert passed["learning"] == 2  # the model and its dropout


def test_it_is_over_afterwards_whatever_happens(facts: dict[str, Any]) -> None:
    assert facts["wrong"]
    assert facts["left"] == "keras.src.models.functional"
