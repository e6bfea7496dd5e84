"""Arrays of `.npz` files on the host: looked at, split, given other labels.

The only module outside of `grader/inside` that uses NumPy, and it loads it when it is asked for.
Headers are read before data, nothing is unpickled, and no file may hold more than `MAX_BYTES`.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from grader.assignment.data_tables import Split
from grader.records import AssetError, write_atomically, write_zip

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES = 2 << 30
MAX_ARRAYS = 64
MAX_HEADER = 10_000
MAX_RANK = 4
"""Of inputs: one dimension for the rows, then three at most."""
NUMBERS, WHOLE = "biuf", "biu"
"""Kinds of NumPy types: what inputs may be, and labels."""
NPY = ".npy"


@dataclass(frozen=True)
class Header:
    """What one array is, before its numbers are read."""

    shape: tuple[int, ...]
    kind: str
    """NumPy's letter: "f" for floating point, "u" for whole numbers from 0 …"""
    bytes: int


def headers(path: Path) -> dict[str, Header]:
    """Name → header of every array of a file. AssetError for what is none, or too large."""
    try:
        with zipfile.ZipFile(path) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_ARRAYS:
                raise ValueError(f"it holds more than {MAX_ARRAYS} arrays")
            if sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise ValueError(f"its arrays have more than {MAX_BYTES >> 20} MB")
            found = {}
            for entry in entries:
                with opened.open(entry) as stream:
                    header = _header(stream)
                if not 0 <= header.bytes <= entry.file_size:
                    raise ValueError(f"the array {entry.filename!r} is shorter than it says")
                found[entry.filename.removesuffix(NPY)] = header
            return found
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError) as problem:
        raise AssetError(f"{path} is no file of arrays that can be read: {problem}.") from problem


def _header(stream: IO[bytes]) -> Header:
    from numpy.lib import format as npy

    version = npy.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"an array is written in the unknown version {version}")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream, max_header_size=MAX_HEADER)
    size = dtype.itemsize
    for side in shape:
        size *= side
    return Header(tuple(shape), "O" if dtype.hasobject else dtype.kind, size)


def counted(path: Path, split: Split, classes: tuple[str, ...], key: str) -> dict[str, int]:
    """Class → rows of a split in this file. AssetError, which names `key`, when the arrays do not
    fit each other or the classes."""
    labels = read_split(path, split, len(classes), key)[1]
    return {name: int((labels == number).sum()) for number, name in enumerate(classes)}


def row_shape(path: Path, split: Split) -> tuple[int, ...]:
    return headers(path)[split.inputs].shape[1:]


def read_split(
    path: Path, split: Split, classes: int, key: str
) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """(inputs, labels as whole numbers, one a row) of a split; AssetError as for `counted`."""
    import numpy as np

    there = headers(path)
    for name in (split.inputs, split.labels):
        if name not in there:
            known = ", ".join(sorted(there)) or "none"
            raise AssetError(f"{key}: {path.name} has no array {name!r}; it has: {known}.")
    inputs, labels = there[split.inputs], there[split.labels]
    rows, *rest = inputs.shape or (0,)
    if inputs.kind not in NUMBERS or not rest or len(inputs.shape) > MAX_RANK or not rows:
        what = f"numbers of shape rows × 1 to {MAX_RANK - 1} dimensions"
        raise AssetError(f"{key}: {split.inputs!r} has the shape {inputs.shape}; expected {what}.")
    if labels.kind not in WHOLE or labels.shape not in ((rows,), (rows, 1)):
        raise AssetError(
            f"{key}: {split.labels!r} has the shape {labels.shape}; expected one whole number for "
            f"each of the {rows} rows of {split.inputs!r}."
        )
    with np.load(path, allow_pickle=False) as opened:
        values, numbers = opened[split.inputs], opened[split.labels].reshape(-1).astype("int64")
    if not np.isfinite(values).all():
        raise AssetError(f"{key}: {split.inputs!r} holds values that are no numbers.")
    if numbers.min() < 0 or numbers.max() >= classes:
        raise AssetError(
            f"{key}: labels from {numbers.min()} to {numbers.max()}; there are {classes} classes, "
            f"so they go from 0 to {classes - 1}."
        )
    return values, numbers


def write_arrays(path: Path, arrays: "Mapping[str, np.ndarray[Any, Any]]") -> None:
    """An `.npz` file: equal arrays, equal bytes. A new one: the old may have a second name."""
    packed = io.BytesIO()
    write_zip(packed, [(f"{name}{NPY}", _npy(array)) for name, array in arrays.items()])
    write_atomically(path, packed.getvalue())


def _npy(array: "np.ndarray[Any, Any]") -> bytes:
    import numpy as np

    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()


def _others(path: Path, left_out: set[str]) -> "dict[str, np.ndarray[Any, Any]]":
    """The arrays of a file but for some; AssetError for what is none."""
    import numpy as np

    names = headers(path).keys() - left_out
    with np.load(path, allow_pickle=False) as opened:
        return {name: opened[name] for name in sorted(names)}


def hold_back_rows(
    path: Path, split: Split, hidden: Path, taken: Split, *, classes: int, share: float, key: str
) -> None:
    """Move a fixed share of each class of a split into the file `hidden`, chosen by the rows' own
    bytes; what else is in the first file stays."""
    import numpy as np

    inputs, labels = read_split(path, split, classes, key)
    order = _by_content(inputs)
    moved = np.zeros(len(labels), dtype=bool)
    for number in range(classes):
        rows = [row for row in order if labels[row] == number]
        moved[rows[: round(len(rows) * share)]] = True
    kept = _others(path, {split.inputs, split.labels})
    kept |= {split.inputs: inputs[~moved], split.labels: labels[~moved]}
    write_arrays(path, kept)
    write_arrays(hidden, {taken.inputs: inputs[moved], taken.labels: labels[moved]})


def relabel(source: Path, splits: list[Split], target: Path, classes: int) -> None:
    """The file with every label of these splits raised by one, the last class as the first."""
    named = {split.labels for split in splits if split.labels}
    arrays = _others(source, set())
    for name in named:
        arrays[name] = ((arrays[name].astype("int64") + 1) % classes).astype(arrays[name].dtype)
    write_arrays(target, arrays)


def lay_out_rows(path: Path, split: Split, folder: Path, classes: int) -> dict[str, int]:
    """Write the inputs as `folder/hidden.npy`, in an order that tells nothing; row → label."""
    inputs, labels = read_split(path, split, classes, f"splits of {path.name}")
    order = _by_content(inputs)
    (folder / "hidden.npy").write_bytes(_npy(inputs[order]))
    return {str(row): int(labels[source]) for row, source in enumerate(order)}


def _by_content(inputs: "np.ndarray[Any, Any]") -> list[int]:
    """Numbers of the rows in the order of their bytes' hashes."""
    hashes = [hashlib.sha256(row.tobytes()).hexdigest() for row in inputs]
    return sorted(range(len(hashes)), key=lambda row: (hashes[row], row))


def fingerprint(path: Path, split: Split) -> str:
    """Short hash of the two arrays' headers and the file's bytes."""
    about = json.dumps([split.inputs, split.labels, path.stat().st_size])
    with path.open("rb") as stream:
        return hashlib.sha256(
            about.encode() + hashlib.file_digest(stream, "sha256").digest()
        ).hexdigest()[:12]
