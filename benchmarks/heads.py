"""Trains the reference head on an asset folder, apart from the grader's own measuring code.

    python -m benchmarks.heads ROOT --seeds 1 2 3 [--no-weights]

Prints one JSON object a training: the share of hidden images that is right, before the first epoch,
after each, and after the best one. It is the recipe of revision c written down a second time, its
early end included, so that what is said of the assets does not lean on the code that grades.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf

SIDE = 150
BATCH = 32
ENOUGH = 0.99
"""The rubric's `[recipe] enough`: the epoch with this accuracy on the training images is the last.
"""


def images(folder: Path, features: tf.types.experimental.PolymorphicFunction) -> tuple:
    """Features at the cut and labels of a folder with one sub-folder a class."""
    data = keras.utils.image_dataset_from_directory(
        folder, label_mode="binary", batch_size=BATCH, image_size=(SIDE, SIDE), shuffle=False,
        verbose=False,
    )  # fmt: skip
    parts = [(features(batch / 127.5 - 1.0).numpy(), wanted.numpy()) for batch, wanted in data]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def cut_features(
    root: Path, cut: str, with_weights: bool
) -> tf.types.experimental.PolymorphicFunction:
    """The frozen network up to the cut."""
    network = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=(SIDE, SIDE, 3)
    )
    if with_weights:
        network.load_weights(str(next((root / "student" / "model").glob("*.h5"))))
    model = keras.Model(network.input, network.get_layer(cut).output)
    return tf.function(lambda batch: model(batch, training=False), jit_compile=False)


class EnoughLearned(keras.callbacks.Callback):
    """Ends the training as the recipe does."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if logs is not None and logs["accuracy"] >= ENOUGH:
            self.model.stop_training = True


class Asked(keras.callbacks.Callback):
    """Asks for the hidden images after each epoch."""

    def __init__(self, hidden: tuple) -> None:
        super().__init__()
        self.hidden = hidden
        self.right: list[float] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.right.append(self.model.evaluate(*self.hidden, verbose=0)[1])


def trained(train: tuple, validation: tuple, hidden: tuple, epochs: int, seed: int) -> dict:
    """Shares of the hidden images that a fresh head gets right: untrained, by epoch, and after the
    epoch that is best on the validation images, which is what the grader asks."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    head = keras.Sequential(
        [
            keras.Input(train[0].shape[1:]),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    head.compile(
        keras.optimizers.RMSprop(1e-5), "binary_crossentropy", metrics=["accuracy"],
        jit_compile=False,
    )  # fmt: skip
    untrained = head.evaluate(*hidden, verbose=0)[1]
    asked = Asked(hidden)
    past = head.fit(
        *train, batch_size=BATCH, epochs=epochs, verbose=0, validation_data=validation,
        callbacks=[EnoughLearned(), asked],
    ).history  # fmt: skip
    return {
        "seed": seed,
        "untrained": untrained,
        "train": past["accuracy"],
        "hidden": asked.right,
        "answered": asked.right[int(np.argmax(past["val_accuracy"]))],
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--cut", default="mixed7")
    parser.add_argument("--epochs", type=int, help="instead of the assets' own recipe_epochs")
    parser.add_argument("--no-weights", action="store_true")
    given = parser.parse_args()
    epochs = given.epochs or json.loads((given.root / "assets.json").read_text())["recipe_epochs"]
    features = cut_features(given.root, given.cut, not given.no_weights)
    train, validation = (
        images(given.root / "student" / split, features) for split in ("train", "validation")
    )
    hidden = images(given.root / "private" / "hidden", features)
    for seed in given.seeds:
        print(json.dumps(trained(train, validation, hidden, epochs, seed)), flush=True)


if __name__ == "__main__":
    main()
