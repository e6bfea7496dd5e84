"""Looks at a data set of images and labels, whatever it is made of, and says what came out of it.

Handled: `tf.data.Dataset` (mapped, cached, prefetched, repeated, not batched), Keras'
DirectoryIterator and PyDataset, any other iterable. Only sums of pixels leave the sandbox.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .answers import kind_of

IMAGE_RANK = 3
MAX_SHAPES = 8
DIGITS = 8


def look(data: Any, *, max_images: int) -> dict[str, Any]:
    """What the data set delivers, until it ends or `max_images` have come.

    images: one [mean of each channel, spread of the pixels, label] each, in order;
    batches: images in each batch; shapes: distinct shapes of one image; ended: no more came.
    """
    seen: dict[str, Any] = {
        "kind": kind_of(data),
        "cardinality": _cardinality(data),
        "batched": True,
        "batches": [],
        "shapes": [],
        "dtypes": [],
        "label_shapes": [],
        "labelled": True,
        "images": [],
        "ended": False,
    }
    for element in _elements(data):
        images, labels = _parts(element)
        if images is None:
            seen["problem"] = f"an element is a {kind_of(element)}"
            break
        _note(seen, images, labels)
        if len(seen["images"]) >= max_images:
            break
    else:
        seen["ended"] = True
    return seen


def _cardinality(data: Any) -> int | None:
    """Batches that it says it has; negative: endless or unknown."""
    try:
        return int(data.cardinality()) if hasattr(data, "cardinality") else len(data)
    except Exception:  # noqa: BLE001 - it may be anything
        return None


def _elements(data: Any) -> Iterator[Any]:
    if not hasattr(data, "element_spec") and hasattr(data, "__getitem__"):
        # DirectoryIterator and PyDataset never end when they are iterated over
        return (data[index] for index in range(len(data)))
    return iter(data)


def _parts(element: Any) -> tuple[Any, Any]:
    """(images, labels) as arrays; labels None where there are none."""
    if isinstance(element, dict):
        return None, None
    pair = tuple(element) if isinstance(element, tuple | list) else (element,)
    images = np.asarray(pair[0]) if pair else None
    if images is None or images.dtype.kind not in "fiu" or images.ndim not in (3, 4):
        return None, None
    return images, np.asarray(pair[1]) if len(pair) > 1 else None


def _note(seen: dict[str, Any], images: Any, labels: Any) -> None:
    if images.ndim == IMAGE_RANK:
        seen["batched"] = False
        images = images[np.newaxis]
        labels = None if labels is None else labels[np.newaxis]
    seen["batches"].append(len(images))
    _distinct(seen["shapes"], [int(side) for side in images.shape[1:]])
    _distinct(seen["dtypes"], str(images.dtype))
    if labels is None or len(labels) != len(images):
        seen["labelled"] = False
        labels = itertools.repeat(None, len(images))
    else:
        _distinct(seen["label_shapes"], [int(side) for side in labels.shape[1:]])
    for image, label in zip(images, labels, strict=True):
        plain_label = None if label is None else np.asarray(label).tolist()
        seen["images"].append([*_colour(image), plain_label])


def _colour(image: Any) -> tuple[list[float], float]:
    """Mean of each channel, and the largest spread of one."""
    channels = np.ascontiguousarray(image.reshape(-1, image.shape[-1]).T, "float64")
    mean = channels.mean(axis=-1).round(DIGITS)
    return mean.tolist()[:4], float(channels.std(axis=-1).max().round(DIGITS))


def _distinct(kept: list[Any], value: Any) -> None:
    if value not in kept and len(kept) < MAX_SHAPES:
        kept.append(value)
