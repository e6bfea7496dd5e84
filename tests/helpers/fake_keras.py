"""Enough of Keras to ask a flat notebook without TensorFlow; a program for `test_ask_flat`.

`python fake_keras.py FOLDER`: runs the cells of FOLDER/cells.json in an IPython shell with
stand-ins for models, generators and data sets, puts the assignment's real questions, leaves the
answers in FOLDER/out.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import IPython
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from grader import inside

SIDE = (150, 150)


class KerasTensor:
    shape = (None, 7, 7, 768)


class Layer:
    def __init__(self, name: str) -> None:
        self.name, self._trainable, self.output = name, True, KerasTensor()

    @property
    def trainable(self) -> bool:
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value

    def __call__(self, tensor: Any) -> KerasTensor:
        if not isinstance(tensor, KerasTensor):
            raise ValueError("not a tensor")
        return self.output


class Model:
    weights: tuple[Any, ...] = ()

    def __init__(self, start: Any, end: Any = None, layers: list[Layer] | None = None) -> None:
        self.input, self.inputs, self.end, self.optimizer = start, [start], end, None
        self.layers = layers or [Layer(f"own{number}") for number in range(4)]

    def get_layer(self, name: str) -> Layer:
        return next(layer for layer in self.layers if layer.name == name)

    def load_weights(self, path: str) -> None:
        Path(path).read_bytes()

    def compile(self) -> None:
        self.optimizer = "rmsprop"  # type: ignore[assignment]

    def __call__(self, images: Any, training: bool = False) -> Any:
        return images

    @property
    def trainable(self) -> bool:
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self.layers:
            layer.trainable = value


def network(**settings: Any) -> Model:
    return Model(KerasTensor(), layers=[Layer(f"mixed{number}") for number in range(311)])


OURS: list[Model] = []
"""Networks that the questions built, as a stand-in for the notebook's."""


def _ours(**settings: Any) -> Model:
    OURS.append(network())
    return OURS[-1]


class Iterator:
    __module__ = "keras.src.legacy.preprocessing.image"


class DirectoryIterator(Iterator):
    color_mode = class_mode = seed = subset = interpolation = shuffle = None

    def __init__(self, directory: str, generator: Any, batch_size: int) -> None:
        self.directory, self.image_data_generator, self.target_size = directory, generator, SIDE
        self.batch_size = batch_size
        self.class_indices = {kind: at for at, kind in enumerate(("horses", "humans"))}
        self.files = [
            (path, label)
            for kind, label in self.class_indices.items()
            for path in sorted(Path(directory, kind).iterdir())
        ]

    def __len__(self) -> int:
        return (len(self.files) + self.batch_size - 1) // self.batch_size

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        part = self.files[number * self.batch_size : (number + 1) * self.batch_size]
        images = [np.asarray(Image.open(path).convert("RGB").resize(SIDE)) for path, _ in part]
        return np.stack(images) / 255, np.array([float(label) for _, label in part])


class Generator:
    def flow_from_directory(self, directory: str, batch_size: int, **more: Any) -> Any:
        return DirectoryIterator(directory, self, batch_size)


class DatasetV2:
    """Knows its files from the moment it is made, as a data set does."""

    __module__ = "tensorflow.python.data.ops.dataset_ops"
    element_spec = True

    def __init__(self, directory: str, batch_size: int) -> None:
        self.read = DirectoryIterator(directory, None, batch_size)

    def __iter__(self) -> Any:
        return (self.read[number] for number in range(len(self.read)))


def install() -> None:
    """Put the stand-ins where the grader's code looks for the real ones."""
    keras: Any = types.ModuleType("keras")
    keras.Model = Model
    module = types.SimpleNamespace(InceptionV3=_ours)
    keras.applications = types.SimpleNamespace(inception_v3=module)
    tensorflow: Any = types.ModuleType("tensorflow")
    tensorflow.keras = keras
    sys.modules |= {"keras": keras, "tensorflow": tensorflow, "grader_inside": inside}
    export: Any = importlib.import_module("grader_inside.export")
    export.write_graph = _write_graph
    export.write_weights = lambda model, out, name: None
    probe: Any = importlib.import_module("grader_inside.export.probe")
    probe.probe_images = lambda *told: np.zeros((1, 2))
    probe.summary = lambda images: [[0.0]]


def _write_graph(model: Model, out: str, name: str) -> None:
    trainable = sum(layer.trainable for layer in model.layers)
    Path(out, f"graph_{name}.json").write_text(json.dumps({"trainable": trainable}))


def main(folder: Path) -> None:
    install()
    shell: Any = InteractiveShell.instance()
    IPython.get_ipython = lambda: shell
    freezing: Any = importlib.import_module("grader_inside.asking.freezing")
    history: Any = importlib.import_module("grader_inside.kernel.history")
    history.follow(shell)
    freezing.follow(shell)
    names = {"InceptionV3": network, "Model": Model, "Layer": Layer, "Generator": Generator,
             "DatasetV2": DatasetV2}  # fmt: skip
    shell.user_ns.update(names)
    os.chdir(folder / "work")
    for cell in json.loads((folder / "cells.json").read_text()):
        shell.run_cell(cell, store_history=True)
    told = json.loads((folder / "asked.json").read_text())
    module = types.ModuleType("ask")
    exec(compile(told["source"], "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    ask: Any = module.__dict__["ask"]
    shell.user_ns["ask_now"] = lambda: ask(shell.user_ns, told["asked"], str(folder / "out"))
    shell.run_cell("ask_now()")
    (folder / "ours.json").write_text(json.dumps(len(OURS)))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
