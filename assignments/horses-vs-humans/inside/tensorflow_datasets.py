"""Stands for the package `tensorflow_datasets`: the assignment's data set, nothing else."""

import re
from pathlib import Path
from types import SimpleNamespace

from grader_inside.shims.delivery import Delivery, NotDelivered, refusal

__version__ = "0"
NAMES = ("horses_or_humans", "horses-or-humans", "horse_or_human")
FOLDERS = {"train": "train", "test": "validation", "validation": "validation"}
CLASSES = ("horses", "humans")
SIDE = 300
PART = re.compile(r"(\w+)(?:\[(-?\d+%?)?:(-?\d+%?)?\])?")


class Split:
    """Names of the splits."""

    TRAIN = "train"
    TEST = "test"
    VALIDATION = "validation"


def disable_progress_bar():
    """Nothing to do."""


enable_progress_bar = disable_progress_bar


def load(name, split=None, *, as_supervised=False, batch_size=None, with_info=False,
         shuffle_files=False, **options):  # fmt: skip
    """The data set as `tf.data.Dataset`s, one for each split asked for."""
    if str(name).partition(":")[0].partition("/")[0].lower() not in NAMES:
        raise NotDelivered(refusal(name))
    if split is None:
        split = {"train": "train", "test": "test"}
    made = _nested(split, as_supervised, batch_size, shuffle_files)
    return (made, info()) if with_info else made


def _nested(split, *options):
    if isinstance(split, dict):
        return {key: _nested(one, *options) for key, one in split.items()}
    if isinstance(split, (list, tuple)):
        return type(split)(_nested(one, *options) for one in split)
    return _dataset(str(split), *options)


def _files(split):
    """(path, label) of a split: "train", "train[:80%]", "train+test"."""
    found = []
    for part in split.split("+"):
        match = PART.fullmatch(part.strip())
        if match is None or match[1] not in FOLDERS:
            raise ValueError(f"Unknown split {part!r}: there are train and test.")
        root = Path(Delivery().root, FOLDERS[match[1]])
        lists = [[(str(one), number) for one in sorted((root / kind).iterdir())]
                 for number, kind in enumerate(CLASSES)]  # fmt: skip
        mixed = [pair for pairs in _spread(lists) for pair in pairs]
        found += mixed[_place(match[2], len(mixed), 0) : _place(match[3], len(mixed), len(mixed))]
    return found


def _spread(lists):
    """Both classes evenly through the whole, as a shuffled data set has them."""
    longest = max(map(len, lists))
    for at in range(longest):
        yield [one[at] for one in lists if at < len(one)]


def _place(text, total, otherwise):
    if not text:
        return otherwise
    if text.endswith("%"):
        return round(total * int(text[:-1]) / 100) % (total + 1)
    return int(text)


def _dataset(split, as_supervised, batch_size, shuffle_files):
    import tensorflow as tf

    pairs = _files(split)
    paths = tf.data.Dataset.from_tensor_slices([path for path, _ in pairs])
    labels = tf.data.Dataset.from_tensor_slices(tf.constant([one for _, one in pairs], tf.int64))
    both = tf.data.Dataset.zip((paths, labels))
    if shuffle_files:
        both = both.shuffle(len(pairs))

    def read(path, label):
        image = tf.io.decode_png(tf.io.read_file(path), channels=3)
        image = tf.ensure_shape(image, (None, None, 3))
        return (image, label) if as_supervised else {"image": image, "label": label}

    made = both.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    if batch_size is None:
        return made
    return made.batch(len(pairs) if batch_size == -1 else batch_size)


class _Splits(dict):
    """Also knows parts of splits."""

    def __missing__(self, name):
        return SimpleNamespace(name=name, num_examples=len(_files(name)))


def info():
    """What is told of the data set."""
    label = SimpleNamespace(
        num_classes=len(CLASSES),
        names=list(CLASSES),
        int2str=lambda number: CLASSES[int(number)],
        str2int=CLASSES.index,
    )
    image = SimpleNamespace(shape=(SIDE, SIDE, 3))
    splits = _Splits({name: SimpleNamespace(name=name, num_examples=len(_files(name)))
                      for name in ("train", "test")})  # fmt: skip
    return SimpleNamespace(name="horses_or_humans", features={"image": image, "label": label},
                           splits=splits)  # fmt: skip


def builder(name, **options):
    """Something with `download_and_prepare`, `as_dataset` and `info`."""
    if str(name).partition("/")[0].lower() not in NAMES:
        raise NotDelivered(refusal(name))
    return SimpleNamespace(
        info=info(),
        download_and_prepare=lambda *arguments, **more: None,
        as_dataset=lambda split=None, **more: load(name, split, **more),
    )


def as_numpy(dataset):
    """The elements as arrays."""
    return dataset.as_numpy_iterator()
