"""The first two rows of whatever a notebook hands to `fit`: arrays, data sets, generators."""

from typing import Any

ROWS = 2
LOOKED_THROUGH = {
    "_PrefetchDataset",
    "_ShuffleDataset",
    "CacheDataset",
    "_RepeatDataset",
    "_OptionsDataset",
    "_AssertCardinalityDataset",
    "_TakeDataset",
}
"""A shuffle buffer or a cache would read every image before it gives the first one."""
BATCHES = {"_BatchDataset", "_ParallelBatchDataset"}
MAPS = {"_MapDataset", "_ParallelMapDataset"}


def is_array(value: Any) -> bool:
    """True for arrays, tensors, and lists or dictionaries of them."""
    if isinstance(value, dict):
        return all(is_array(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return True
    return hasattr(value, "shape") and hasattr(value, "dtype")


def rows(value: Any) -> Any:
    """The first rows of arrays in any nesting; None where that cannot be done."""
    try:
        return _rows(value)
    except Exception:  # noqa: BLE001 - the caller then lets Keras take one whole step
        return None


def _rows(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: _rows(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_rows(each) for each in value)
    if isinstance(value, list) and value and is_array(value[0]) and not _is_number(value[0]):
        return [_rows(each) for each in value]
    if not (isinstance(value, list) or is_array(value)):
        raise TypeError(type(value).__name__)
    return value[:ROWS]


def _is_number(value: Any) -> bool:
    return getattr(value, "shape", None) == ()


def batch(data: Any) -> tuple[Any, ...] | None:
    """The first rows of a data set, sequence or generator as a tuple (x, y …), or None."""
    try:
        element = _element(data)
        parts = element if isinstance(element, tuple) else (element,)
        return tuple(_rows(part) for part in parts)
    except Exception:  # noqa: BLE001
        return None


def _element(data: Any) -> Any:
    if hasattr(data, "element_spec") and hasattr(data, "take"):
        try:
            return _from_dataset(data)
        except Exception:  # noqa: BLE001 - private names of TensorFlow may change
            return next(iter(data.take(1)))
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return tuple(data[0])
    if hasattr(data, "__next__"):
        return tuple(next(data))
    raise TypeError(type(data).__name__)


def _from_dataset(data: Any) -> Any:
    kind = type(data).__name__
    if kind in LOOKED_THROUGH:
        return _from_dataset(data._input_dataset)
    if kind in MAPS:
        element = _from_dataset(data._input_dataset)
        function = data._map_func._func
        return function(*element) if isinstance(element, tuple) else function(element)
    if kind in BATCHES:
        return next(iter(_unwrapped(data._input_dataset).batch(ROWS)))
    return next(iter(data.take(1)))


def _unwrapped(data: Any) -> Any:
    while type(data).__name__ in LOOKED_THROUGH:
        data = data._input_dataset
    return data


def count(data: Any) -> int | None:
    """How many rows there are, where that is known without reading them; else None."""
    try:
        if hasattr(data, "element_spec"):
            return _dataset_count(data)
        if hasattr(data, "samples") and isinstance(data.samples, int):
            return data.samples
        if hasattr(data, "shape"):
            return int(data.shape[0])
    except Exception:  # noqa: BLE001
        return None
    return None


def _dataset_count(data: Any) -> int | None:
    while type(data).__name__ in (LOOKED_THROUGH | MAPS) - {"_RepeatDataset", "_TakeDataset"}:
        data = data._input_dataset
    if type(data).__name__ not in BATCHES:
        return None
    known = int(data._input_dataset.cardinality())
    return known if known >= 0 else None


def repeated(predictions: Any, count: int | None) -> Any:
    """The few predictions repeated to the length that the notebook expects."""
    shape = getattr(predictions, "shape", ())
    if count is None or not shape or not shape[0]:
        return predictions
    return predictions[[index % shape[0] for index in range(count)]]
