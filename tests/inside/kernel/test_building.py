"""What building a network no longer costs changes nothing that a notebook could see."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

pytestmark = pytest.mark.tensorflow

BEGIN = """
import sys, json, hashlib, warnings
warnings.simplefilter("ignore")
sys.path.append({inside!r})
import tensorflow as tf
if {quick}:
    import building
    building.install()
import keras, h5py
import numpy as np
from keras.src.legacy.saving import legacy_h5_format as h5_format
from keras.src.utils.tracking import Tracker
from keras.src.backend.tensorflow import numpy as made_of
L, facts, counted = keras.layers, {{}}, {{}}
def counting(module, name):
    original = getattr(module, name)
    def counted_one(*args, **kwargs):
        counted[name] = counted.get(name, 0) + 1
        return original(*args, **kwargs)
    setattr(module, name, counted_one)
counting(Tracker, "track")
counting(h5_format, "safe_get_h5_dataset")
counting(made_of, "zeros")
counting(made_of, "ones")
keras.utils.set_random_seed(3)
def digest(model):
    whole = hashlib.sha256()
    for array in model.get_weights():
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()
"""
NETWORK = """
network = keras.applications.InceptionV3(weights=None, include_top=False, input_shape=(75, 75, 3))
facts["names"] = [one.path for one in network.weights]
before = digest(network)
with h5py.File("{folder}/kept.h5", "w") as kept:
    h5_format.save_weights_to_hdf5_group(kept, network)
network.set_weights([one + 1 for one in network.get_weights()])
facts["changed"] = digest(network) != before
network.load_weights("{folder}/kept.h5")
facts["loaded"] = digest(network) == before
network.trainable = False
network.layers[4].trainable = True
network.trainable = False
facts["set once more"] = [network.layers[4].trainable, len(network.trainable_weights)]
network.trainable = True
facts["trainable"] = len(network.trainable_weights)
"""
SHARED = """
blocks = [block for _ in range(3) for block in (L.Dense(5), L.BatchNormalization())]
twins = keras.Sequential([L.Input((5,)), *blocks, L.Dense(1)])
facts["start"] = digest(twins)
first, second = twins.layers[0].bias, twins.layers[2].bias
first.assign_add(np.ones(5))
facts["one changed"] = [first.numpy().tolist(), second.numpy().tolist()]
twins.compile("adam", "mse")
x = np.random.rand(32, 5).astype("float32")
facts["losses"] = twins.fit(x, x[:, :1], epochs=3, verbose=0).history["loss"]
facts["trained"], facts["slots"] = digest(twins), len(twins.optimizer.variables)
with h5py.File("{folder}/twins.h5", "w") as kept:
    h5_format.save_weights_to_hdf5_group(kept, twins)
other = keras.models.clone_model(twins)
other.load_weights("{folder}/twins.h5")
other.compile("rmsprop", "mse")
facts["losses"] += other.fit(x, x[:, :1], epochs=3, verbose=0).history["loss"]
facts["trained"] = [facts["trained"], digest(twins), digest(other)]
@tf.function
def inside():
    return keras.initializers.Zeros()((3,)) + keras.initializers.Ones()((3,), dtype="float32")
facts["in a graph"] = inside().numpy().tolist()
facts["types"] = [str(keras.initializers.Zeros()((2,), dtype=one).dtype)
                  for one in (None, "float16", "int32", tf.float64)]
keras.config.set_floatx("float64")
facts["types"].append(str(keras.initializers.Zeros()((2,)).dtype))
keras.config.set_floatx("float32")
"""
ATTRIBUTES = """
class Odd(L.Layer):
    def __init__(self):
        self.early = 5
        super().__init__()
        self.inner, self.listed, self.number = L.Dense(2), [L.Dense(3)], 4
        self.own = self.add_weight(shape=(2,), initializer="zeros")
        self.wrapped = (L.Dense(4), 1)
        self.heard = 0
    @property
    def told(self):
        return 7
    @told.setter
    def told(self, value):
        self.heard += 1
    def call(self, x):
        self.inner(x)
        return self.wrapped[0](self.listed[0](x)) * 1.0
odd = Odd()
odd(np.ones((1, 3), "float32"))
odd.told = 7
odd.told = 8
facts["odd"] = [len(odd.weights), len(odd._layers), odd.early, odd.number, odd.heard]
odd.inner, odd.own = None, 5
facts["replaced"] = [len(odd.weights), odd.inner, odd.own]
class Forgets(L.Layer):
    def __init__(self):
        self.units = 3
for what in (lambda: Forgets()(np.ones((1, 3))), lambda: setattr(odd, "weights", 3)):
    try:
        what()
    except Exception as problem:
        facts[str(len(facts))] = str(problem)
"""
ODD_FILES = """
def dense(): return keras.Sequential([L.Input((64,)), L.Dense(64), L.Dense(2)])
original = dense()
def tried(name, change):
    path = "{folder}/" + name + ".h5"
    with h5py.File(path, "w") as file:
        h5_format.save_weights_to_hdf5_group(file, original)
        layer = next(one for one in file if "dense" in one)
        where = file[layer]
        names = list(where.attrs["weight_names"])
        kernel = next(one for one in names if "kernel" in one)
        change(file, where, kernel, where[kernel][()])
    other = dense()
    try:
        other.load_weights(path)
        facts[name] = "loaded" if digest(other) == digest(original) else digest(other)
    except Exception as problem:
        facts[name] = f"{{type(problem).__name__}}: {{problem}}"[:150].replace("{folder}", "")
def stored(**how):
    def change(file, where, kernel, array):
        del where[kernel]
        where.create_dataset(kernel, **({{"data": array}} | how))
    return change
def linked(link):
    def change(file, where, kernel, array):
        file["elsewhere"] = array
        del where[kernel]
        where[kernel] = link
    return change
def group_linked(file, where, kernel, array):
    folder = kernel.split("/")[0]
    file.move(where.name + "/" + folder, "moved")
    where[folder] = h5py.SoftLink("/moved")
def gone(file, where, kernel, array): del where[kernel]
def a_group(file, where, kernel, array):
    del where[kernel]
    where.create_group(kernel)
tried("as ever", lambda *_: None)
tried("packed", stored(compression="gzip"))
tried("other type", stored(dtype="float64"))
tried("other order", stored(dtype=">f4"))
tried("other shape", stored(data=np.zeros((3, 3), "float32")))
tried("never written", stored(data=None, shape=(64, 64), dtype="float32"))
tried("a text", stored(data="text"))
tried("soft", linked(h5py.SoftLink("/elsewhere")))
tried("external", linked(h5py.ExternalLink("{folder}/as ever.h5", "/elsewhere")))
tried("group", group_linked)
tried("gone", gone)
tried("a group", a_group)
"""


PROGRAMS = {
    "network": NETWORK,
    "shared": SHARED,
    "attributes": ATTRIBUTES,
    "odd files": ODD_FILES,
}
Outcome = Callable[[str, bool], Any]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Program, whether quick → (facts, how often what was called); each is run once."""

    @cache
    def of(name: str, quick: bool) -> Any:
        folder = tmp_path_factory.mktemp("files")
        whole = (BEGIN + PROGRAMS[name]).format(inside=str(INSIDE), quick=quick, folder=folder)
        return facts_of(f"{whole}\nprint('FACTS', json.dumps([facts, counted]))")

    return of


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_changes(name: str, outcome: Outcome) -> None:
    plain, _ = outcome(name, False)
    same, _ = outcome(name, True)
    assert plain and same == plain


def test_a_network_costs_less(outcome: Outcome) -> None:
    facts, usual = outcome("network", False)
    _, less = outcome("network", True)
    assert facts["changed"] and facts["loaded"]
    assert less["track"] < usual["track"] * 0.7
    assert usual["safe_get_h5_dataset"] > 370 and "safe_get_h5_dataset" not in less
    assert less["zeros"] + less["ones"] < (usual["zeros"] + usual["ones"]) / 3


def test_odd_files_are_keras_affair(outcome: Outcome) -> None:
    """Some load and some are refused, so that comparing them says something."""
    facts, _ = outcome("odd files", True)
    assert [name for name, said in facts.items() if said == "loaded"][:2] == ["as ever", "packed"]
    assert "Link" in facts["soft"] and "Link" in facts["external"] and "Link" in facts["group"]


def test_shared_numbers_change_for_one_only(outcome: Outcome) -> None:
    facts, _ = outcome("shared", True)
    assert facts["one changed"] == [[1.0] * 5, [0.0] * 5]
