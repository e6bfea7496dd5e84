"""The data of a measuring: images of folders or rows of arrays, in batches for a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

BATCH = 32
ENDINGS = (".png", ".jpg", ".jpeg")
ROWS = "hidden.npy"


@dataclass(frozen=True)
class Split:
    """Inputs of one split, not read yet where they are images, and their labels or names."""

    source: Any
    """Paths of images, or an array with one example a row."""
    told: list[Any]
    """Label of each, or the name of each where labels are not known here."""


def splits_of(data: Mapping[str, Any], folder: Path, hidden: Path) -> dict[str, Split]:
    """Split → what is in it. data: {"classes", "splits": name → {"images"} or {"arrays", "inputs",
    "labels"}, …}; folder: the students' side; hidden: images or rows without labels."""
    splits = {}
    for name, where in data["splits"].items():
        if "images" in where:
            splits[name] = Split(*labelled(folder / where["images"], data["classes"]))
        else:
            with np.load(folder / where["arrays"], allow_pickle=False) as arrays:
                labels = arrays[where["labels"]].reshape(-1).astype("int64").tolist()
                splits[name] = Split(arrays[where["inputs"]], labels)
    if (hidden / ROWS).is_file():
        rows = np.load(hidden / ROWS, allow_pickle=False)
        splits["hidden"] = Split(rows, [str(row) for row in range(len(rows))])
        return standardised(splits) if data.get("standardise") else splits
    paths = unlabelled(hidden)
    return {**splits, "hidden": Split(paths, [path.name for path in paths])}


def standardised(splits: Mapping[str, Split]) -> dict[str, Split]:
    """Every column with the mean 0 and the deviation 1 in the training data."""
    train = np.asarray(splits["train"].source, "float64")
    others = tuple(range(train.ndim - 1))
    mean, deviation = train.mean(axis=others), train.std(axis=others)
    deviation[deviation == 0] = 1
    return {
        name: Split(((split.source - mean) / deviation).astype("float32"), split.told)
        for name, split in splits.items()
    }


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


def batches(split: Split, data: Mapping[str, Any]) -> Iterator[Any]:
    """(at most BATCH, *data["reads"]) float32, as value × scale + offset."""
    scale, offset = np.float32(data["scale"]), np.float32(data["offset"])
    for start in range(0, len(split.told), BATCH):
        part = split.source[start : start + BATCH]
        if isinstance(part, list):
            part = read_images(part, data["shape"])
        given = np.asarray(part, "float32") * scale + offset
        yield given.reshape(len(given), *data["reads"])


def prepared(split: Split, data: Mapping[str, Any]) -> Any:
    """All of them in one array."""
    inputs = np.empty((len(split.told), *data["reads"]), "float32")
    for number, batch in enumerate(batches(split, data)):
        inputs[number * BATCH : number * BATCH + len(batch)] = batch
    return inputs


def read_images(paths: Sequence[Path], shape: Sequence[int]) -> Any:
    """(images, height, width, channels) float32 in 0…255, read and resized as
    `image_dataset_from_directory` does it (bilinear). shape: (height, width[, channels]); without
    channels, or with one, the images are grey."""
    height, width, channels = (*shape, 1)[:3]
    images = np.empty((len(paths), height, width, channels), "float32")
    for number, path in enumerate(paths):
        picture = tf.io.decode_image(path.read_bytes(), channels=channels, expand_animations=False)
        images[number] = tf.image.resize(picture, (height, width), method="bilinear").numpy()
    return images
