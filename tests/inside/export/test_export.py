"""The exporter on real models, in Keras 3 and in legacy Keras: one neutral graph comes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from graph_samples import NETWORK, network

from grader.evidence.files import opened
from grader.evidence.graph.parse import parse
from grader.evidence.graph.places import annotate
from grader.evidence.graph.walk import cuts, head, preparation
from grader.evidence.weights import weight_arrays
from grader.measure.allowed import LAYERS, wrong_setting
from grader.measure.transfer import plan
from grader.records import Graph

pytestmark = pytest.mark.tensorflow
HERE = Path(__file__).parents[2] / "helpers"


@pytest.fixture(scope="module", params=["0", "1"], ids=["keras", "tf-keras"])
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Everything that `exporting.py` made with one of the two, graphs parsed as the host does."""
    folder = tmp_path_factory.mktemp("weights")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(
        [sys.executable, str(HERE / "exporting.py"), str(folder)],
        env={**os.environ, **quiet, "TF_USE_LEGACY_KERAS": request.param},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    made = json.loads(done.stdout.splitlines()[-1])
    graphs = {name: parse(json.dumps(raw).encode()) for name, raw in made["graphs"].items()}
    return {**made, "graphs": graphs, "folder": folder}


def graph(exported: Any, name: str) -> Graph:
    found: Graph = exported["graphs"][name]
    return found


def settings(exported: Any, name: str, layer: str) -> dict[str, Any]:
    return next(one.settings for one in graph(exported, name).layers if one.id == layer)


def live(exported: Any, name: str) -> dict[str, int]:
    """Layer → trainable parameters, where there are any."""
    layers = graph(exported, name).layers
    return {one.id: one.trainable_parameters for one in layers if one.trainable_parameters}


def test_the_network_is_the_golden_one(exported: Any) -> None:
    """Classes, settings, sizes and order are equal in both Keras, and as they were kept."""
    kept = parse(NETWORK.read_bytes())
    fields = {"kind", "settings", "parameters", "trainable_parameters", "output_shape"}
    facts = [one.model_dump(include=fields) for one in graph(exported, "network").layers]
    assert facts == [one.model_dump(include=fields) for one in kept.layers]
    assert sum(one.parameters for one in kept.layers) == 21_802_784
    assert sum(one.trainable_parameters for one in kept.layers) == 21_768_352


def test_the_right_answer_can_be_planned(exported: Any) -> None:
    """The numbers of the course, the cut, the head; ready to be measured."""
    final = annotate(graph(exported, "final"), network())
    assert sum(one.parameters for one in final.layers) == 47_512_481
    assert sum(one.trainable_parameters for one in final.layers) == 38_537_217
    (found,) = cuts(final)
    assert found.reference == "mixed7"
    assert [one.kind for one in head(final)] == ["Flatten", "Dense", "Dropout", "Dense"]
    planned = plan(final, (150, 150, 3))
    assert planned.compiled["optimizer"]["learning_rate"] == 1e-5
    assert final.metrics == ("accuracy",)
    assert planned.head[1]["settings"] == {"units": 1024, "activation": "relu", "use_bias": True}


@pytest.mark.parametrize("name", ["nested", "sequential"])
def test_models_inside_models_are_inlined(exported: Any, name: str) -> None:
    """A network called as one layer shows its own layers, frozen as they are."""
    found = annotate(graph(exported, name), network())
    assert sum(bool(one.reference) for one in found.layers) == 310
    assert not any(one.trainable_parameters for one in found.layers if one.reference)
    assert found.style == ("sequential" if name == "sequential" else "functional")


@pytest.mark.parametrize("way", ["sequential", "told", "functional"])
def test_a_wrapper_around_the_right_answer_is_the_right_answer(exported: Any, way: str) -> None:
    """Random layers in front, the network frozen, its cut, then the new layers up to the output."""
    found = annotate(graph(exported, f"wrapped {way}"), network())
    assert found.style == "functional"
    (cut,) = cuts(found)
    assert cut.reference == "mixed7"
    assert [one.kind for one in preparation(found)] == [
        "RandomFlip", "RandomRotation", "RandomZoom",
    ]  # fmt: skip
    assert [one.kind for one in head(found)] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert head(found)[2].settings["rate"] == 0.2
    assert not any(one.trainable_parameters for one in found.layers if one.reference)
    assert sum(one.trainable_parameters for one in found.layers) == 38_537_217
    assert found.compiled and found.optimizer.learning_rate == 1e-4
    assert len(found.outputs) == len(found.inputs) == 1


def test_parts_of_a_wrapper_are_found_among_what_is_left(exported: Any) -> None:
    """The compiled one is the final model, the network is inside, the cut is where it is left."""
    left = exported["left"]
    assert left["cut"] == [left["output"]] * 3
    assert left["found"] == [True, True] and left["inside"]
    found = annotate(graph(exported, "wrapped around the network"), network())
    assert sum(bool(one.reference) for one in found.layers) == 310


def test_a_sequential_is_built_for_the_input_that_it_was_not_told(exported: Any) -> None:
    found = graph(exported, "built for its input")
    assert [one.output_shape[1:] for one in found.layers][-3:] == [(6, 6, 4), (144,), (10,)]
    assert sum(one.parameters for one in found.layers) == 40 + 1450


def test_variables_are_those_that_keras_tells(exported: Any) -> None:
    """Also of layers within layers, frozen and released; the fields are private and may change."""
    assert exported["unlike_keras"] == []
    assert graph(exported, "live cells").style == "functional"


def test_patched_properties_of_keras_are_not_believed(exported: Any) -> None:
    """They say that there are no weights, and that none is trained."""
    assert live(exported, "patched") == {"wide": 15, "unit": 4}
    assert all(one.trainable for one in graph(exported, "patched").layers)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("string", "relu"), ("tf.nn", "relu"), ("activations", "relu"), ("object", "relu"),
     ("lambda", "unknown"), ("none", None)],
)  # fmt: skip
def test_activations_have_one_name(exported: Any, name: str, expected: str | None) -> None:
    """A linear one is not mentioned."""
    assert settings(exported, f"activation {name}", "wide").get("activation") == expected


@pytest.mark.parametrize(
    ("name", "kind", "logits"),
    [(name, "binary_crossentropy", False)
     for name in ("string", "class name", "function", "object", "list", "smooth", "wrapped",
                  "by hand")]
    + [(name, "binary_crossentropy", True) for name in ("logits", "partial", "wrapped logits")]
    + [(name, "unknown", False) for name in ("own", "weighted")]
    + [("mse", "mean_squared_error", False), ("none", "", False)],
)  # fmt: skip
def test_losses_have_one_name(exported: Any, name: str, kind: str, logits: bool) -> None:
    """String, class name, function, object, list, a function of one's own that gives the same
    numbers; and whether it reads logits."""
    found = graph(exported, f"loss {name}")
    assert found.compiled
    assert (found.loss.kind, found.loss.from_logits) == (kind, logits)
    assert found.loss.label_smoothing == (0.1 if name == "smooth" else 0.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [(name, ("accuracy",)) for name in ("acc", "accuracy", "object", "function", "nested", "tuple",
                                             "by hand")]
    + [("two", ("accuracy", "auc")), ("threshold", ("accuracy_at_0.99",)),
       ("equality", ("equality",)), ("own", ("unknown",)), ("none", ()),
       ("other", ("mean_absolute_error",))],
)  # fmt: skip
def test_metrics_have_one_name(exported: Any, name: str, expected: tuple[str, ...]) -> None:
    """Before any training step, when Keras itself has not made its metrics yet."""
    assert graph(exported, f"metrics {name}").metrics == expected


def test_optimizers_tell_kind_and_rate(exported: Any) -> None:
    """A string has the usual rate; a schedule says so."""
    found = {
        name: graph(exported, f"optimizer {name}").optimizer
        for name in ("string", "object", "schedule", "sgd")
    }
    assert (found["string"].kind, found["string"].learning_rate) == ("rmsprop", 0.001)
    assert found["object"].learning_rate == 1e-4
    assert found["schedule"].learning_rate == 0.01
    assert found["schedule"].schedule == {
        "kind": "exponential_decay", "initial_learning_rate": 0.01, "decay_steps": 10,
        "decay_rate": 0.9, "staircase": False,
    }  # fmt: skip
    assert found["sgd"].settings["momentum"] == 0.9
    assert not graph(exported, "uncompiled").compiled


def test_frozen_means_that_training_would_change_nothing(exported: Any) -> None:
    """The state that the next training step would see, whoever set it, whenever."""
    assert live(exported, "frozen whole") == {}
    assert live(exported, "frozen part") == {"unit": 4}
    assert live(exported, "thawed after compile") == {"wide": 15, "unit": 4}
    assert live(exported, "frozen inside") == {"top": 4}
    assert live(exported, "thawed from outside") == {"wide": 15, "unit": 4, "top": 4}
    assert live(exported, "freeze that does nothing") == {"wide": 15, "unit": 4}


@pytest.mark.parametrize("name", ["subclassed", "overriding", "none", "text", "liar"])
def test_what_cannot_be_seen_is_opaque(exported: Any, name: str) -> None:
    """No exception, no layers."""
    found = graph(exported, name)
    assert (found.style, found.layers) == ("opaque", ())


def test_a_model_of_a_class_of_its_own_is_followed(exported: Any) -> None:
    """Into models inside it, not into layers that learn something themselves."""
    found = graph(exported, "followed")
    kinds = [layer.kind for layer in found.layers]
    assert kinds == ["InputLayer", "Conv2D", "MaxPooling2D", "custom:Shift", "Dropout", "Dense"]
    assert (found.style, found.compiled) == ("subclassed", True)
    assert [layer.trainable_parameters for layer in found.layers] == [0, 0, 0, 1, 0, 370]


def test_functions_of_tensorflow_in_a_call_are_followed(exported: Any) -> None:
    """Keras 3 refuses them its symbolic tensors, and does so again afterwards."""
    found = graph(exported, "TensorFlow's own")
    kinds = [layer.kind for layer in found.layers if layer.kind != "Identity"]
    assert kinds == [
        "InputLayer", "op:divide", "Conv2D", "Activation", "MaxPooling2D", "Flatten",
        "GlobalAveragePooling2D", "Concatenate", "Dense",
    ]  # fmt: skip
    legacy = found.keras.startswith("tf-keras")
    assert exported["left"].get("a function of TensorFlow outside", False) is legacy


def test_odd_layers_keep_their_oddness(exported: Any) -> None:
    """A class of the student's is never taken for Keras's, a model of theirs is what is in it; an
    operation is none of its layers."""
    kinds = {
        name: [one.kind for one in graph(exported, name).layers] for name in exported["graphs"]
    }
    assert kinds["own layer"][-1] == "custom:Dense"
    assert kinds["subclass inside"][-1] == "Dense"
    assert kinds["operation"][-1].startswith("op:")
    assert kinds["unbuilt"] == ["Flatten", "Dense"]
    shared = graph(exported, "shared").layers
    assert [(one.id, one.parameters) for one in shared][1:] == [("twice", 20), ("twice#2", 0)]
    assert len(graph(exported, "two inputs").inputs) == 2
    by_name = graph(exported, "two by name")
    assert (by_name.style, len(by_name.inputs)) == ("subclassed", 2)
    assert by_name.layers[-1].parameters == 16
    assert graph(exported, "lying optimizer").optimizer.kind == "unknown"


def test_arithmetic_tells_its_constant(exported: Any) -> None:
    """And whether it stands on the left; of two tensors there is none."""
    found = [one.settings for one in graph(exported, "arithmetic").layers if one.kind[:3] == "op:"]
    assert sorted(found, key=str) == sorted(
        [{"constant": 127.5}, {"constant": 1.0}, {"constant": 1.0, "first": True},
         {"constant": 2.0, "first": True}, {"constant": [1.0, 2.0, 3.0]}],
        key=str,
    )  # fmt: skip
    assert graph(exported, "two tensors").layers[-1].settings == {}


def test_a_normalization_tells_what_it_saw(exported: Any) -> None:
    """Mean 0 and variance 1 before `adapt`; nothing where the numbers are more than are told."""
    told = [
        (one.settings.get("mean"), one.settings.get("variance"))
        for one in graph(exported, "normalizations").layers
        if one.kind == "Normalization"
    ]
    assert sorted(told, key=str) == sorted(
        [
            (0.0, 1.0),
            (2, 1),
            ([2.0, 200.0], [1.0, 10000.0]),
            ([101.0], [14801.5]),
            *[(None, None)] * 3,
        ],
        key=str,
    )


def test_reshaping_that_a_layer_does_is_that_layer(exported: Any) -> None:
    """Flatten, Reshape; an operation where rows are torn apart."""
    last = {
        name: graph(exported, name).layers[-1]
        for name in ("flattened", "reshaped", "reshaped apart")
    }
    assert last["flattened"].kind == "Flatten"
    assert last["reshaped"].kind == "Reshape"
    assert last["reshaped"].settings == {"target_shape": [16, 3]}
    assert last["reshaped apart"].kind.startswith("op:")


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "softmax"])
def test_an_activation_called_on_a_tensor_is_one(exported: Any, name: str) -> None:
    """Whatever each Keras makes of it, it can be judged and measured."""
    last = graph(exported, f"bare {name}").layers[-1]
    told = str(last.settings.get("activation") or last.kind).lower()
    assert (last.kind in LAYERS, told) == (True, name)


def test_an_activation_called_with_more_is_another(exported: Any) -> None:
    """It is not taken for the plain one. Legacy Keras clips, which is told in two steps: what is
    cut off above, and then a ReLU of that."""
    for name in ("bare relu with more", "bare softmax of images"):
        *_, before, last = graph(exported, name).layers
        clipped = last.inputs == (before.id,) and before.name == "tf.clip_by_value"
        assert clipped or last.settings.get("activation") not in ("relu", "softmax"), name
        assert last.kind.startswith("op:") or last.settings, name


def test_every_layer_that_is_measured_is_understood(exported: Any) -> None:
    """The usual settings of each layer pass the measuring side's rules, in both Keras."""
    layers = [one for one in graph(exported, "every layer").layers if one.kind != "InputLayer"]
    assert len({one.kind for one in layers}) > 25
    wrong = {
        one.kind: wrong_setting(one.kind, one.settings) for one in layers if one.kind in LAYERS
    }
    assert not {kind: name for kind, name in wrong.items() if name}
    assert {one.kind for one in layers} <= LAYERS.keys()


def test_weights_arrive_bit_by_bit(exported: Any) -> None:
    """What the host hashes are the very bytes of the arrays, each in its place."""
    assert exported["bytes_equal"]
    with opened(exported["folder"]) as folder:
        assert folder is not None
        found = weight_arrays(folder, "small", None, {})
    assert [(one.layer, one.name, one.shape) for one in found] == [
        ("wide", "kernel", (4, 3)), ("wide", "bias", (3,)),
        ("unit", "kernel", (3, 1)), ("unit", "bias", (1,)),
    ]  # fmt: skip
