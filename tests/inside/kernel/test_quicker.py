"""What makes building a network quicker changes no number, name or answer of it: both Keras'."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

pytestmark = pytest.mark.tensorflow

PROGRAM = """
import sys, json, hashlib, importlib, random, typing, warnings
warnings.simplefilter("ignore")
sys.path.append({inside!r})
quick, flavour = {quick!r}, {flavour!r}
counted = {{"attributes": 0, "graphs": 0, "named": 0}}
def counting(module, name, what):
    original = getattr(module, name)
    def counted_one(*args, **kwargs):
        counted[what] += what != "named" or bool(kwargs.get("debug_name"))
        return original(*args, **kwargs)
    setattr(module, name, counted_one)
counting(typing, "_get_protocol_attrs", "attributes")
import tensorflow as tf
from tensorflow.python.ops import gen_resource_variable_ops
counting(gen_resource_variable_ops, "var_handle_op", "named")
if quick:
    import quicker
    quicker.install()
    counting(quicker, "_drawn", "graphs")
keras = importlib.import_module(flavour)
import numpy as np
keras.utils.set_random_seed(3)
def digest(*arrays):
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()
facts = {{}}
L, I = keras.layers, keras.initializers
network = keras.applications.InceptionV3(weights=None, include_top=False, input_shape=(75, 75, 3))
facts["network"] = digest(*network.get_weights())
facts["names"] = [one.name for one in network.weights][:5] + [network.weights[-1].name]
LARGE, SMALL = (4097, 1025), (63, 5)
KINDS = ("glorot_uniform", "he_normal", "lecun_uniform", "random_normal", "truncated_normal")
for shape in (LARGE, SMALL):
    for kind in KINDS:
        facts[f"{{kind}} {{shape}}"] = digest(np.array(I.get(kind)(shape)))
    for seeded in (I.GlorotUniform(5), I.HeNormal(5), I.RandomUniform(-2.0, 3.0, seed=9)):
        facts[f"{{type(seeded).__name__}} {{shape}}"] = digest(np.array(seeded(shape)))
if flavour == "keras":
    drawing = keras.random.SeedGenerator(7)
    twice = [np.array(keras.random.uniform(LARGE, seed=drawing)) for _ in range(2)]
    facts["drawn"], facts["differ"] = digest(*twice), bool((twice[0] != twice[1]).any())
wide = keras.Sequential([L.Input((4097,)), L.Dense(1025, "relu"), L.Dense(1, "sigmoid")])
wide.compile("rmsprop", "binary_crossentropy")
x, y = np.random.rand(8, 4097).astype("float32"), np.arange(8) % 2
facts["losses"] = wide.fit(x, y, epochs=2, verbose=0).history["loss"]
facts["wide"] = digest(*wide.get_weights())
@tf.function
def inside(): return I.GlorotUniform(4)(LARGE)
facts["inside"] = digest(inside().numpy())
facts["afterwards"] = [random.random(), float(np.random.rand()), float(tf.random.uniform(()))]
print("FACTS", json.dumps([facts, counted]))
"""


def outcome(program: str, flavour: str) -> Any:
    return facts_of(program, legacy=flavour == "tf_keras")


def run(flavour: str, *, quick: bool) -> Any:
    return outcome(PROGRAM.format(inside=str(INSIDE), flavour=flavour, quick=quick), flavour)


OTHER_VERSION = """
import sys, json, types
sys.path.append({inside!r})
import building, quicker
parts = (building.VARIABLES, building.LAYER, building.STARTS, building.READING)
for name in (*parts, quicker.DRAWING, quicker.DRAWING_LEGACY):
    sys.modules[name] = types.ModuleType(name)
quicker.install()
print("FACTS", json.dumps(True))
"""
ASKED = """
import sys, json, importlib, random
sys.path.append({inside!r})
import quicker
quicker.install()
keras = importlib.import_module({flavour!r})
import numpy as np
L, facts, calls = keras.layers, {{}}, []
kept = "{folder}/kept.weights.h5"
def build(width=4):
    layers = [L.Input((8, 8, 3)), L.Conv2D(width, 3), L.Flatten(), L.Dense(2)]
    return keras.Sequential(layers)
original = build()
original.save_weights(kept)
def asked(name, function):
    calls.clear()
    try:
        value = quicker.loaded(lambda: (calls.append(1), function())[1])
        arrays = value.get_weights() if hasattr(value, "get_weights") else [value]
    except Exception as problem:
        arrays = [str(problem)]
    facts[name] = [len(calls), arrays]
def with_numbers():
    made = build()
    made.load_weights(kept)
    return made
def one_forgotten():
    made = build()
    made.layers[0].set_weights(original.layers[0].get_weights())
    return made
def looks():
    made = build()
    if not made.get_weights()[0].any():
        raise ValueError("no numbers")
    return made
def fails(): raise KeyError("always")
def fails_late(): build(); fails()
for one in (with_numbers, one_forgotten, looks, fails, fails_late, lambda: 5):
    asked(one.__name__, one)
same = lambda one, other: all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
facts["with_numbers"][1] = same(facts["with_numbers"][1], original.get_weights())
for name in ("one_forgotten", "looks"):
    facts[name][1] = [bool(one.any()) for one in facts[name][1] if one.ndim > 1]
def large(units):
    layer = L.Dense(units)
    layer.build((None, 1100))
    return bool(layer.get_weights()[0].any())
facts["before"] = [large(4097), large(4)]
quicker.begin_asking()
facts["asking"] = [large(4097), large(4)]
import psutil
def resident(): return psutil.Process().memory_info().rss
before = resident()
layer = L.Dense(1024)
layer.build((None, 37632))
facts["untouched"] = resident() - before < 37632 * 1024
facts["zeros"] = not layer.get_weights()[0].any()
print("FACTS", json.dumps(facts))
"""


@pytest.mark.parametrize("flavour", ["keras", "tf_keras"])
def test_numbers_that_are_looked_at_are_drawn(flavour: str, tmp_path: Path) -> None:
    """Zeros instead of numbers that are loaded anyway; where they stayed, it is asked once more."""
    program = ASKED.format(inside=str(INSIDE), flavour=flavour, folder=tmp_path)
    facts = outcome(program, flavour)
    assert facts["with_numbers"] == [1, True]
    assert facts["one_forgotten"] == [2, [True, True]]
    assert facts["looks"] == [2, [True, True]]
    assert facts["fails"] == [1, ["'always'"]]
    assert facts["fails_late"] == [2, ["'always'"]]
    assert facts["<lambda>"] == [1, [5]]
    assert facts["before"] == [True, True]
    assert facts["asking"] == [False, True]
    assert facts["untouched"] and facts["zeros"]


@pytest.mark.parametrize("flavour", ["keras", "tf_keras"])
def test_a_network_is_the_same_to_the_bit(flavour: str) -> None:
    plain, usual = run(flavour, quick=False)
    same, less = run(flavour, quick=True)
    assert same == plain
    assert usual["named"] > 370 and not less["named"]
    assert less["graphs"] >= 4, "large numbers were drawn one operation at a time"
    if sys.version_info < (3, 12):
        assert usual["attributes"] > 1000 > less["attributes"]


def test_numpy_waits_for_a_cell() -> None:
    """It reads the environment when it is imported, which a notebook may set first."""
    program = f"import sys; sys.path.append({str(INSIDE)!r})\nimport kernel, json"
    assert (
        outcome(f"{program}\nprint('FACTS', json.dumps('numpy' in sys.modules))", "keras") is False
    )


def test_a_version_without_these_parts_is_only_slower() -> None:
    assert outcome(OTHER_VERSION.format(inside=str(INSIDE)), "keras")
