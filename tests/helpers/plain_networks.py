"""Evidence of networks without a pretrained one in them: chains of layers on small grey images."""

from __future__ import annotations

from typing import Any

from evidence_samples import dense, evidence, functional, plain

from grader.records import Evidence, Graph, Layer, Loss, Optimizer

FUNCTION = "create_final_model"
IMAGE = Layer(id="image", name="image", kind="InputLayer", output_shape=(None, 28, 28, 1))


def conv(name: str = "conv", filters: int = 32, size: int = 3, **settings: Any) -> Layer:
    given = {"filters": filters, "kernel_size": [size, size], "activation": "relu"} | settings
    return Layer(id=name, name=name, kind="Conv2D", settings=given, parameters=320,
                 trainable_parameters=320)  # fmt: skip


def right_layers(classes: int = 10) -> list[Layer]:
    """Convolution, pooling, Flatten, Dense, Dropout, softmax."""
    return [
        conv(),
        plain("MaxPooling2D", "pool", pool_size=[2, 2]),
        plain("Flatten"),
        dense("wide", 128, "relu"),
        plain("Dropout", rate=0.5),
        dense("answer", classes, "softmax"),
    ]


def chain(layers: list[Layer], **more: Any) -> Graph:
    """Each reads the one before it, but for those that say themselves what they read."""
    linked = [IMAGE]
    for layer in layers:
        inputs = layer.inputs or (linked[-1].id,)
        linked.append(layer.model_copy(update={"inputs": inputs}))
    compiled: dict[str, Any] = {
        "compiled": True,
        "loss": Loss(kind="sparse_categorical_crossentropy"),
        "optimizer": Optimizer(kind="adam", learning_rate=1e-3),
        "metrics": ("accuracy",),
    }
    return functional(linked).model_copy(update=compiled | more)


def plain_network(layers: list[Layer] | None = None, **more: Any) -> Evidence:
    """Evidence of such a model; `more` is how it was compiled."""
    model = chain(right_layers() if layers is None else layers, **more)
    return evidence(graphs={"final": model}, weights={})
