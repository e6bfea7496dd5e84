"""Hand-made evidence of horses vs humans: of a right submission, and what differs in others.

The network is a chain as long as InceptionV3 with its named places where they stand there; the
answers of the data function are what a right one gives for `asked`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from grader.assignment.folder import Assignment, load_assignment
from grader.records import (
    Answer,
    Assets,
    CellRun,
    Evidence,
    Graph,
    Layer,
    Loss,
    Measured,
    Optimizer,
    Run,
    Submission,
    Training,
    WeightArray,
)

LAYERS = 311
MIXED = {41: 0, 64: 1, 87: 2, 101: 3, 133: 4, 165: 5, 197: 6, 229: 7, 249: 8, 280: 9, 311: 10}
"""Number of a layer in InceptionV3, from 1 → number of the block that it ends."""
FEATURES = (None, 7, 7, 768)


@functools.cache
def assignment() -> Assignment:
    return load_assignment("horses-vs-humans")


def network(trainable: bool | set[int] = False, upto: int = LAYERS) -> list[Layer]:
    """A chain of convolutions in the places of InceptionV3; `trainable` may name some of them."""
    layers = [Layer(id="image", name="image", kind="InputLayer", output_shape=(None, 150, 150, 3))]
    for number in range(2, upto + 1):
        name = f"mixed{MIXED[number]}" if number in MIXED else f"layer{number}"
        parameters = 0 if number in MIXED else 100
        live = trainable if isinstance(trainable, bool) else number in trainable
        layers.append(
            Layer(
                id=name,
                name=name,
                kind="Concatenate" if number in MIXED else "Conv2D",
                trainable=live,
                parameters=parameters,
                trainable_parameters=parameters if live else 0,
                output_shape=FEATURES,
                inputs=(layers[-1].id,),
                reference=name,
            )
        )
    return layers


def functional(layers: Sequence[Layer], output: str = "", **more: Any) -> Graph:
    more.setdefault("outputs", (output or layers[-1].id,))
    return Graph(
        style="functional",
        class_name="Functional",
        layers=tuple(layers),
        inputs=("image",),
        keras="keras 3.15.1",
        **more,
    )


def dense(name: str, units: int, activation: str = "linear", **settings: Any) -> Layer:
    given = {"units": units, **({} if activation == "linear" else {"activation": activation})}
    return Layer(id=name, name=name, kind="Dense", settings=given | settings, parameters=10,
                 trainable_parameters=10)  # fmt: skip


def plain(kind: str, name: str = "", **settings: Any) -> Layer:
    return Layer(id=name or kind.lower(), name=name, kind=kind, settings=settings)


RIGHT_HEAD = (
    plain("Flatten"),
    dense("wide", 1024, "relu"),
    plain("Dropout", rate=0.2),
    dense("unit", 1, "sigmoid"),
)


def final(
    head: Iterable[Layer] = RIGHT_HEAD, *, cut: int = 229, trainable: bool = False, **more: Any
) -> Graph:
    """The network up to a layer, and a head as a chain behind it."""
    layers = network(trainable, upto=cut)
    for layer in head:
        inputs = layer.inputs or (layers[-1].id,)
        layers.append(layer.model_copy(update={"inputs": inputs}))
    compiled: dict[str, Any] = {
        "compiled": True,
        "loss": Loss(kind="binary_crossentropy"),
        "optimizer": Optimizer(kind="rmsprop", learning_rate=1e-5),
        "metrics": ("accuracy",),
    }
    return functional(layers, **(compiled | more))


def arrays(different: int = 0) -> tuple[WeightArray, ...]:
    """One array for each layer with weights; the first ones are not the pretrained numbers."""
    able = [layer for layer in network() if layer.parameters]
    return tuple(
        WeightArray(layer=layer.id, name="kernel", shape=(3, 3, 1, 1), dtype="float32",
                    sha256=f"{place:064x}",
                    origin="different" if place < different else "pretrained")
        for place, layer in enumerate(able)
    )  # fmt: skip


ASKED = assignment().ask_inputs(5)


def part(split: str, *, batch: int = 32, side: int = 150, scale: float = 1.0) -> dict[str, Any]:
    """What `looking.look` says of a right data set of that split of the painted tree."""
    images = [
        [[value * scale for value in colour], 0.0, [float("/humans/" in path)]]
        for path, colour, *_ in ASKED["data"]["images"]
        if path.startswith(f"{split}/")
    ]
    full, rest = divmod(len(images), batch)
    return {
        "kind": "_PrefetchDataset", "cardinality": full + bool(rest), "batched": True,
        "batches": [batch] * full + [rest] * bool(rest), "shapes": [[side, side, 3]],
        "dtypes": ["float32"], "label_shapes": [[1]], "labelled": True, "images": images,
        "ended": True,
    }  # fmt: skip


def data_answer(train: Any = None, validation: Any = None) -> Answer:
    parts = [train or part("train"), validation or part("validation")]
    return Answer(status="ok", value={"hidden": {"returned": "tuple", "parts": parts}})


def answers() -> dict[str, Answer]:
    model = {"kind": "Functional", "is_model": True, "carried": False, "export": ""}
    tensor = {"kind": "KerasTensor", "is_tensor": True, "carried": False}
    return {
        "train_val_datasets": data_answer(),
        "create_pre_trained_model": Answer(status="ok", value=model),
        "output_of_last_layer": Answer(status="ok", value=tensor),
        "create_final_model": Answer(status="ok", value=model),
    }


def evidence(**changes: Any) -> Evidence:
    """Evidence of a right submission, with some fields replaced."""
    return _right().model_copy(update=changes)


@functools.cache
def _right() -> Evidence:
    fields: dict[str, Any] = {
        "assignment": "horses-vs-humans",
        "submission": Submission(
            id="ada", file_name="ada.ipynb", sha256="0" * 64, size_bytes=20_000, revision="c",
            functions=tuple(answers()),
        ),
        "run": Run(status="finished", tier="bubblewrap", cells=(CellRun(index=2, status="ok"),)),
        "answers": answers(),
        "graphs": {
            "base": functional(network()),
            "cut": functional(network(upto=229)),
            "final": final(),
        },
        "weights": {"base": arrays()},
        "asked": ASKED,
        "assets": Assets(kind="stand-in", scale="full", sha256="1" * 64),
        "measured": measured(252),
    }  # fmt: skip
    return Evidence(**fields)


def with_graph(name: str, graph: Graph) -> Evidence:
    right = evidence()
    return right.model_copy(update={"graphs": {**right.graphs, name: graph}})


def with_answer(function: str, answer: Answer | None) -> Evidence:
    right = evidence()
    kept = {name: one for name, one in right.answers.items() if name != function}
    return right.model_copy(
        update={"answers": kept | ({function: answer} if answer is not None else {})}
    )


def measured(correct: int, total: int = 256, half: float = 0.03, **changes: Any) -> Measured:
    """One training with that many right answers; the interval is as wide as it is said."""
    share = correct / total
    fields: dict[str, Any] = {
        "status": "ok",
        "trainings": (Training(seed=7, correct=correct, total=total),),
        "interval": (max(0.0, share - half), min(1.0, share + half)),
        "hidden": "stand-in",
    }
    return Measured(**(fields | changes))
