"""The first two rows of whatever a notebook hands to `fit`: arrays, data sets, generators."""

from typing import Any

ROWS = 2
SAME_ROWS = {
    *("_PrefetchDataset", "_ShuffleDataset", "CacheDataset", "_OptionsDataset"),
    "_AssertCardinalityDataset",
}
LOOKED_THROUGH = SAME_ROWS | {"_RepeatDataset", "_TakeDataset"}
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
    several = isinstance(value, list) and value and is_array(value[0])
    if several and getattr(value[0], "shape", None) != ():  # not a list of numbers
        return [_rows(each) for each in value]
    if not (isinstance(value, list) or is_array(value)):
        raise TypeError(type(value).__name__)
    return value[:ROWS]


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
        single = data._input_dataset
        while type(single).__name__ in LOOKED_THROUGH:
            single = single._input_dataset
        return next(iter(single.batch(ROWS)))
    return next(iter(data.take(1)))


def count(data: Any) -> int | None:
    """How many rows there are, where that is known without reading them; else None."""
    try:
        if hasattr(data, "element_spec"):
            while type(data).__name__ in SAME_ROWS | MAPS:
                data = data._input_dataset
            known = int(data._input_dataset.cardinality()) if type(data).__name__ in BATCHES else -1
            return known if known >= 0 else None
        if isinstance(getattr(data, "samples", None), int):
            return int(data.samples)
        return int(data.shape[0]) if hasattr(data, "shape") else None
    except Exception:  # noqa: BLE001
        return None


def repeated(predictions: Any, count: int | None) -> Any:
    """The few predictions repeated to the length that the notebook expects."""
    shape = getattr(predictions, "shape", ())
    if count is None or not shape or not shape[0]:
        return predictions
    return predictions[[index % shape[0] for index in range(count)]]
