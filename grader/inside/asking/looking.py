"""Looks at a data set of images and labels, whatever it is made of, and says what came out of it.

Handled: `tf.data.Dataset` (mapped, cached, prefetched, repeated, not batched), Keras'
DirectoryIterator and PyDataset, any other iterable. Of an image only its colour leaves the sandbox.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .answers import kind_of

IMAGE_RANK = 3
PAIR = 2
MAX_SHAPES = 8
DIGITS = 8
CHANNELS, COLOURS = 4, 3
TWO_TONES = 0.25
"""Median distance from the colour, as a share of the deviation: most pixels have one colour."""
FLAT = 1e-4
"""Deviation, as a share of the colour: less is what rounding makes."""
NET = 25
"""Lines of it, at least, across an image that has as many pixels."""
COMPARED = 16
"""Equal pictures, of one data set."""
OF_A_BATCH = 5
AT_RANDOM: dict[str, Any] = {
    "rotation_range": 0,
    "width_shift_range": 0,
    "height_shift_range": 0,
    "shear_range": 0,
    "zoom_range": [1, 1],
    "channel_shift_range": 0,
    "brightness_range": None,
    "horizontal_flip": False,
    "vertical_flip": False,
}
"""Settings of `ImageDataGenerator` that change an image at random, with their defaults."""


def look(data: Any, *, max_images: int) -> dict[str, Any]:
    """What the data set delivers, until it ends or `max_images` have come.

    images: one [colour, spread, label] each, in order: the median of each channel, which black
    borders leave as it is, and how far the pixels lie from it, in the median;
    leans: of each image, how far its mean lies from its colour, in deviations: it stays at any
    scale, also of each image or channel by itself, and in grey; 0 where there are many colours;
    batches: images in each batch; shapes: distinct shapes of one image; ended: no more came.
    """
    seen: dict[str, Any] = {
        "kind": kind_of(data),
        "cardinality": cardinality(data),
        "batched": True,
        "batches": [],
        "shapes": [],
        "dtypes": [],
        "label_shapes": [],
        "labelled": True,
        "images": [],
        "leans": [],
        "ended": False,
        "unfitted": _is_unfitted(data),
    }
    for element in elements(data):
        images, labels = parts_of(element)
        if images is None:
            seen["problem"] = f"an element is a {kind_of(element)}"
            break
        _note(seen, images, labels)
        if len(seen["images"]) >= max_images:
            break
    else:
        seen["ended"] = True
    return seen


def augments(data: Any) -> dict[str, Any]:
    """What is changed at random, of a data set that was made of equal pictures; the form of it
    stands in `images.py`."""
    told: dict[str, Any] = random_settings(data)
    # of several batches, and of a second pass: a whole batch may be changed alike
    twice = itertools.chain(_pictures(data), _pictures(data))
    pictures = list(itertools.islice(twice, COMPARED))
    told.update(differences(pictures))
    return told


def random_settings(data: Any) -> dict[str, Any]:
    """Of Keras' image generators; {} for any other kind of data set."""
    generator = getattr(data, "image_data_generator", None)
    if generator is None:
        return {}
    settings = {name: getattr(generator, name, usual) for name, usual in AT_RANDOM.items()}
    settings = {name: _listed(value) for name, value in settings.items()}
    return {name: value for name, value in settings.items() if value != AT_RANDOM[name]}


def _is_unfitted(data: Any) -> bool:
    """Whether a generator is to standardise by what its `fit` has seen, and has seen nothing."""
    generator = getattr(data, "image_data_generator", None)
    asked = {"featurewise_center": "mean", "featurewise_std_normalization": "std"}
    return any(
        getattr(generator, name, False) is True and getattr(generator, seen, None) is None
        for name, seen in asked.items()
    )


def _listed(value: Any) -> Any:
    """Arrays and tuples as lists, numbers of NumPy as numbers."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return list(value) if isinstance(value, tuple) else value


def differences(pictures: list[Any]) -> dict[str, Any]:
    """{"differs", "images"} of what was one and the same array; {} where nothing can be compared.

    differs: the mean absolute difference to the first one, as a share of what its values span.
    """
    first = pictures[0] if pictures else np.zeros(0)
    alike = [picture for picture in pictures if picture.shape == first.shape]
    span = float(first.max() - first.min()) if len(alike) > 1 and first.size else 0.0
    if not span > 0:
        return {}
    apart = [float(np.abs(picture - first).mean()) for picture in alike[1:]]
    return {"differs": round(sum(apart) / len(apart) / span, 6), "images": len(alike)}


def _pictures(data: Any) -> Iterator[Any]:
    """A few images of each batch."""
    for element in elements(data):
        images, _ = parts_of(element)
        if images is None:
            return
        single = images.ndim == IMAGE_RANK
        yield from np.asarray(images[np.newaxis] if single else images[:OF_A_BATCH], "float64")


def cardinality(data: Any) -> int | None:
    """Batches that it says it has; negative: endless or unknown."""
    try:
        return int(data.cardinality()) if hasattr(data, "cardinality") else len(data)
    except Exception:  # noqa: BLE001 - it may be anything
        return None


def elements(data: Any) -> Iterator[Any]:
    """What it delivers, one after the other, until it ends; a pair of arrays is all at once."""
    if isinstance(data, tuple | list) and len(data) == PAIR:
        images, labels = (getattr(part, "ndim", None) for part in data)
        if images == IMAGE_RANK + 1 and labels in (1, 2):
            return iter([data])
    if not hasattr(data, "element_spec") and hasattr(data, "__getitem__"):
        # DirectoryIterator and PyDataset never end when they are iterated over
        return (data[index] for index in range(len(data)))
    return iter(data)


def parts_of(element: Any) -> tuple[Any, Any]:
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
    # of the pixels of a net: all of them would take a third of a second
    rows, columns = (max(1, side // NET) for side in images.shape[1:3])
    pixels = images[:, ::rows, ::columns].astype("float64")
    pixels = pixels.reshape(len(images), -1, images.shape[-1])
    colours = np.median(pixels, axis=1, keepdims=True)
    spreads = np.median(np.abs(pixels - colours), axis=1).max(axis=-1).round(DIGITS)
    colours = colours[:, 0, :CHANNELS].round(DIGITS)
    seen["leans"] += _leans(images[..., :COLOURS], colours[:, :COLOURS], spreads)
    for colour, spread, label in zip(colours.tolist(), spreads.tolist(), labels, strict=True):
        plain_label = None if label is None else np.asarray(label).tolist()
        seen["images"].append([colour, spread, plain_label])


def _leans(images: Any, colours: Any, spreads: Any) -> list[float]:
    means = images.mean(axis=(1, 2), dtype="float64")
    # the squares of what is near zero: no digits are lost
    apart = images.astype("float32") - colours[:, np.newaxis, np.newaxis].astype("float32")
    squares = np.square(apart, out=apart).mean(axis=(1, 2), dtype="float64")
    deviations = np.sqrt(np.maximum(squares - (means - colours) ** 2, 0))
    seen = (deviations > FLAT * np.abs(colours)) & (spreads[:, None] <= TWO_TONES * deviations)
    with np.errstate(divide="ignore", invalid="ignore"):
        leans = np.where(seen, (means - colours) / deviations, 0)
    rounded: list[float] = np.median(leans, axis=1).round(3).tolist()
    return rounded


def _distinct(kept: list[Any], value: Any) -> None:
    if value not in kept and len(kept) < MAX_SHAPES:
        kept.append(value)
