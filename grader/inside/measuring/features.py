"""Images to arrays, and what the pretrained network makes of them at the cut."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from .rebuild import Refused

BATCH = 32
ENDINGS = (".png", ".jpg", ".jpeg")
Arrays: TypeAlias = dict[str, dict[str, Any]]
"""Layer → weight name → array."""


def labelled(folder: Path, classes: Sequence[str]) -> tuple[list[Path], list[int]]:
    """(paths, labels) of `folder/<class>/*`, in order; label 0 is the first class."""
    paths: list[Path] = []
    labels: list[int] = []
    for label, kind in enumerate(classes):
        images = unlabelled(folder / kind)
        paths += images
        labels += [label] * len(images)
    return paths, labels


def unlabelled(folder: Path) -> list[Path]:
    """Paths of the images directly in the folder, in order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def read_images(paths: Sequence[Path], size: tuple[int, int]) -> Any:
    """(images, height, width, 3) float32 in 0…255, read and resized as
    `image_dataset_from_directory` does it (bilinear)."""
    images = np.empty((len(paths), *size, 3), "float32")
    for number, path in enumerate(paths):
        picture = tf.io.decode_image(path.read_bytes(), channels=3, expand_animations=False)
        images[number] = tf.image.resize(picture, size, method="bilinear").numpy()
    return images


def network_to(cut: str, input_shape: tuple[int, ...], weights: Path | Arrays) -> Any:
    """InceptionV3 without top from its input to the layer `cut` of a freshly named network.

    weights: HDF5 file in the legacy layout, or layer → weight name → array.
    """
    keras.utils.clear_session()
    network = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=input_shape
    )
    if isinstance(weights, Path):
        network.load_weights(str(weights))
    part = keras.Model(network.input, network.get_layer(cut).output)
    if not isinstance(weights, Path):
        _put(part, weights)
    part.trainable = False
    return part


def _put(network: Any, arrays: Arrays) -> None:
    """The given arrays into their places; every place must be given, with its very shape."""
    for layer in network.layers:
        for variable in layer.weights:
            given = arrays.get(layer.name, {}).get(variable.name)
            if given is None or given.shape != tuple(variable.shape):
                raise Refused(why="weights_missing")
            if not np.all(np.isfinite(given)):
                raise Refused(why="weights_not_finite")
            variable.assign(given)


def foreign_weights(path: Path, listed: Sequence[dict[str, Any]]) -> Arrays:
    """Layer → name → array out of one raw file; `listed` was vetted by the host."""
    raw = np.memmap(path, dtype="uint8", mode="r")
    arrays: Arrays = {}
    for entry in listed:
        part = raw[entry["offset"] : entry["offset"] + entry["nbytes"]]
        kind = np.dtype(entry["dtype"]).newbyteorder("<")
        array = np.frombuffer(part.tobytes(), kind).reshape(entry["shape"]).astype("float32")
        arrays.setdefault(entry["layer"], {})[entry["name"]] = array
    return arrays


def features_of(
    network: Any, paths: Sequence[Path], size: tuple[int, int], scale: float, offset: float
) -> Any:
    """Outputs of the network for all images, preprocessed as pixel × scale + offset."""

    def batches() -> Iterator[Any]:
        for start in range(0, len(paths), BATCH):
            images = read_images(paths[start : start + BATCH], size)
            yield images * np.float32(scale) + np.float32(offset)

    shape = tf.TensorSpec((None, *size, 3), "float32")
    images = tf.data.Dataset.from_generator(batches, output_signature=shape)
    return network.predict(images, verbose=0)
