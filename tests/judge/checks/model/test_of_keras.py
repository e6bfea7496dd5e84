"""The checks on what real models leave: both Keras, stacks and graphs, wrappers in front."""

from __future__ import annotations

import json
from typing import Any

import pytest
from evidence_samples import data_answer, evidence, part
from fresh_python import INSIDE, facts_of
from plain_networks import FUNCTION

from grader.evidence.graph.parse import parse
from grader.judge.checks import (
    augments_training_only,
    dense_head,
    dropout_between,
    has_layer,
    loss_is,
    metric_is,
    optimizer_is,
    output_fits,
    scaled_once,
)
from grader.records import Evidence

pytestmark = pytest.mark.tensorflow
PROGRAM = """
import json
import tensorflow as tf
from grader_inside import export
K, L = tf.keras, tf.keras.layers
made = {}

def keep(name, model, **how):
    model.compile(**{"optimizer": K.optimizers.Adam(1e-4), "metrics": ["accuracy"],
                     "loss": "sparse_categorical_crossentropy"} | how)
    made[name] = export.neutral_graph(model)

keep("stack", K.Sequential([
    K.Input((28, 28, 1)), L.Rescaling(1 / 255), L.Conv2D(32, 3, padding="same"),
    L.BatchNormalization(), L.ReLU(), L.MaxPooling2D(), L.Conv2D(64, (3, 3), activation=tf.nn.relu),
    L.Flatten(), L.Dense(128, activation="relu"), L.Dropout(0.5), L.Dense(10, "softmax"),
]))
image = K.Input((28, 28, 1))
x = L.RandomRotation(0.1)(L.RandomFlip("horizontal")(image))
x = L.Conv2D(16, 5, strides=2, activation="relu")(x / 255.0)
x = L.GlobalAveragePooling2D()(L.Conv2D(10, 1)(x))
keep("graph", K.Model(image, x), optimizer="sgd", metrics=[K.metrics.SparseCategoricalAccuracy()],
     loss=K.losses.SparseCategoricalCrossentropy(from_logits=True))
inner = K.Model(image, L.Dense(1, activation="sigmoid")(L.Flatten()(L.Conv2D(8, 3)(image))))
outer = K.Input((28, 28, 1))
front = K.Sequential([K.Input((28, 28, 1)), L.RandomZoom(0.2), L.RandomContrast(0.4)])
keep("wrapped", K.Model(outer, inner(front(outer))), loss="binary_crossentropy")
keep("no flatten", K.Sequential([K.Input((28, 28, 1)), L.Conv2D(4, 3), L.Dense(10, "softmax")]))
print("FACTS " + json.dumps(made))
"""


@pytest.fixture(scope="module", params=[False, True], ids=["keras", "tf-keras"])
def models(request: pytest.FixtureRequest) -> dict[str, Evidence]:
    """Name → evidence with that model as the final one."""
    made = facts_of(INSIDE + PROGRAM, legacy=request.param)
    parts = [part(split) | {"augments": {}} for split in ("train", "validation")]
    answers = {**evidence().answers, "train_val_datasets": data_answer(*parts)}
    return {
        name: evidence(
            graphs={"final": parse(json.dumps(graph).encode())}, weights={}, answers=answers
        )
        for name, graph in made.items()
    }


DATA = {"functions": ["train_val_datasets"], "function": FUNCTION}


def test_a_stack(models: dict[str, Evidence]) -> None:
    """Convolutions, pooling, head and output of a Sequential model."""
    stack = models["stack"]

    def layer(kind: str, **asked: Any) -> float:
        return has_layer(stack, function=FUNCTION, kind=kind, **asked).share

    relu = {"activation": "relu", "kernel_size": 3}
    assert layer("Conv2D", at_least=2, settings=relu, before="Flatten") == 1
    assert layer("Conv2D", settings={"filters": 32, "padding": "same"}, place="first") == 1
    assert layer("MaxPooling2D", settings={"pool_size": 2, "strides": 2}, after="Conv2D") == 1
    assert layer("Conv2D", settings={"filters": {"at_least": 65}}) == 0.5
    assert dense_head(stack, function=FUNCTION, units=128, activation="relu").share == 1
    assert dropout_between(stack, function=FUNCTION, rate=0.5).share == 1
    assert output_fits(stack, function=FUNCTION, classes=10).share == 1
    assert optimizer_is(stack, function=FUNCTION, kinds=["adam"], rate=(1e-4, 1e-4)).share == 1
    assert metric_is(stack, function=FUNCTION, expected=["accuracy"]).share == 1
    assert scaled_once(stack, **DATA).share == 1


def test_a_graph_with_bare_operations(models: dict[str, Evidence]) -> None:
    """Logits that are a mean of convolutions; divided and augmented in the model."""
    graph = models["graph"]
    assert output_fits(graph, function=FUNCTION, classes=10).share == 1
    assert output_fits(graph, function=FUNCTION, classes=10, logits=0.5).share == 0.5
    loss = ["categorical_crossentropy", "sparse_categorical_crossentropy"]
    assert loss_is(graph, function=FUNCTION, expected=loss).share == 1
    assert metric_is(graph, function=FUNCTION, expected=["accuracy"]).share == 1
    assert optimizer_is(graph, function=FUNCTION, kinds=["sgd"], rate=(1e-3, 1e-1)).share == 1
    assert scaled_once(graph, **DATA).share == 1
    assert augments_training_only(graph, **DATA, at_least=2).share == 1
    five = {"kernel_size": [5, 5], "strides": 2}
    assert (
        has_layer(graph, function=FUNCTION, kind="Conv2D", settings=five, place="first").share == 1
    )


def test_a_model_behind_augmentation(models: dict[str, Evidence]) -> None:
    """Nested models are seen through; nothing scales."""
    wrapped = models["wrapped"]
    assert augments_training_only(wrapped, **DATA, at_least=2).share == 1
    assert scaled_once(wrapped, **DATA).misconceptions == ("never-scaled",)
    assert output_fits(wrapped, function=FUNCTION, classes=2).share == 1
    assert has_layer(wrapped, function=FUNCTION, kind="RandomZoom", before="Conv2D").share == 1


def test_a_forgotten_flatten(models: dict[str, Evidence]) -> None:
    """Ten numbers for each place are no answer for the image."""
    found = output_fits(models["no flatten"], function=FUNCTION, classes=10)
    assert found.share == 0 and "shape of an image" in found.message
