"""Asks for the data, on a file of marked rows in place of the notebook's own arrays.

Every row is a pattern of two values, low and high, on a coarse grid, or of more values where there
are few columns; which pattern, the hidden inputs say. What comes out is compared with what stands
in all rows, place by place, so a row is known again after scaling, centring, casting, reshaping,
padding, resizing or a further axis of channels.

`asked["data"]`:

    kind         "arrays"
    root         folder in which the notebook looks, a link to the data: "data"
    file         the .npz below it
    sets         [{"split", "inputs", "labels", "rows": [[pattern, label], …]}, …]: the arrays of a
                 split in the file; a pattern is hexadecimal, the first place its highest bit
    shape        of one row; grid: of the pattern, no longer on any axis; bits: of one place
    between      so many places of each pattern are a quarter of the span away from its ends
    span         [low, high]; dtype, label_dtype: of the arrays in the file
    max_rows     so many are looked at, of each split
    augments     true: asked once more with equal rows, see below

The answer is {"hidden": {"returned": class name, "parts": […]}}, a part for each split, that for
training first:

    kind         class of what held the inputs; batched, batches: of a data set
    shapes, dtypes, label_shapes    distinct ones, of one row
    span         [least, largest] value of the inputs
    between      share of the values that are near neither
    even         share of these that lie where scaling by one number brings them; None: not known
    labelled     whether there are as many labels as rows
    labels_first whether a function returned labels before the inputs
    rows         [[pattern, label], …] in order, the pattern in hexadecimal as above, "" where the
                 row cannot be laid on the grid; a label is a number or a list of numbers
    ended        whether no more came
    augments     as in `images.py`, where it is asked for

Two arrays that belong together may be returned in any nesting, all inputs before all labels, or in
a dictionary, beside other things; data sets of TensorFlow and Keras stand for both.
"""

import contextlib
import filecmp
import functools
import os
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..kernel import history
from ..shims import delivery
from ..shims.places import full
from .answers import attempt, defined, forget, kind_of
from .called import ready
from .flat import written
from .images import hidden_folder, join_augments, trees_in
from .making import changed_in_place, is_data, is_rows, names_read_by
from .marking import draw, seen_of
from .painting import bound, in_place_of

MAX_SPLITS = 4
SPLITS = ("train", "val", "test")
"""In the name of what flat code leaves for one."""
See = Callable[[Any, Any], dict[str, Any]]
"""(inputs, labels) → what is told of them; labels None for a data set, which holds its own."""


def ask_arrays(
    notebook: dict[str, Any], asked: dict[str, Any], hints: Mapping[str, Sequence[str]]
) -> tuple[str, str, Any, str] | None:
    """(name, status, value, error) for `Answers.give`; None where there are no data to look at."""
    inputs = asked["data"]
    name = defined(notebook, asked["functions"]["data"])
    names = [] if name else left(notebook, hints.get("data", ()))
    if not name and not names:
        return None
    function: Any = notebook[name] if name else None

    def returned() -> Any:
        if function:
            forget(function)
            offered = [str(Path(inputs["root"], inputs["file"]))]
            return ready(function, offered, notebook, all_of_them=False)()
        history.again(_making(names, notebook))
        return {each: notebook[each] for each in names}

    def returned_after_reading() -> Any:
        history.again(_making(names_read_by(function), notebook))
        return returned()

    called = returned
    put = functools.partial(_put, notebook, inputs, asked["seconds"]["data"])
    see = functools.partial(seen_of, inputs)
    status, value, error = put(called, see)
    if name and status == "ok" and not _marked(value, inputs):
        # perhaps cells before it have read what it returns: those once more, then the function
        second = put(returned_after_reading, see)
        if second[0] == "ok" and _marked(second[1], inputs):
            (status, value, error), called = second, returned_after_reading
    if inputs.get("augments") and status == "ok":
        alike = functools.partial(seen_of, inputs, alike=True)
        join_augments(value, put(called, alike, alike=True)[1])
    seen = {"hidden": value} | ({"object": names[0]} if names else {})
    return name or asked["functions"]["data"][0], status, seen, error


def _marked(value: dict[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether rows of the hidden file came."""
    known = {pattern for part in inputs["sets"] for pattern, _ in part["rows"]}
    return any(code in known for part in value["parts"] or [] for code, _ in part["rows"])


def _put(
    notebook: dict[str, Any],
    inputs: Mapping[str, Any],
    seconds: float,
    called: Callable[[], Any],
    see: See,
    *,
    alike: bool = False,
) -> tuple[str, Any, str]:
    """(status, value, error) of one call with the hidden file wherever the notebook looks."""

    def looked() -> dict[str, Any]:
        got = called()
        pairs = splits_of(got)
        parts = None if pairs is None else [see(x, y) for x, y in pairs[:MAX_SPLITS]]
        for part in parts or ():
            part["labels_first"] = labels_first(got, pairs or [])
        return {"returned": kind_of(got), "parts": parts}

    with hidden_folder() as hidden:
        draw(Path(hidden, inputs["file"]), inputs, alike=alike)
        places = _places(inputs, hidden)
        with in_place_of(places), trees_in(hidden), bound(dict(notebook), notebook):
            came = attempt(looked, seconds)
        _take_away(inputs["file"], hidden)
        return came


def _places(inputs: Mapping[str, Any], hidden: str) -> dict[str, str]:
    """Every path at which the notebook may find the file → the hidden one."""
    root = full(inputs["root"])
    real = os.path.realpath(Path(os.environ.get("GRADER_DATA", root), inputs["file"]))
    folders = [Path.cwd(), Path(os.environ.get("HOME", "."), ".keras", "datasets")]
    folders += map(Path, delivery.filled(delivery.settings().get("places", {})))
    found = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    links = {
        full(path)
        for path in (*found, *_named(inputs["file"]))
        if path.is_symlink() and os.path.realpath(path) == real
    }
    own = [path for path in links.union(_copies(real)) if not Path(path).is_relative_to(root)]
    return {inputs["root"]: hidden} | {path: str(Path(hidden, inputs["file"])) for path in own}


def _copies(file: str) -> Iterator[str]:
    """Paths at which a notebook that runs in a sandbox has made a copy of that file, under whatever
    name."""
    if "GRADER_IN" not in os.environ or not Path(file).is_file():
        return
    size = Path(file).stat().st_size
    paths = (Path(folder, name) for folder, _, names in written() for name in names)
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_symlink():
                same = path.samefile(file)
            else:
                same = path.stat().st_size == size and filecmp.cmp(path, file, shallow=False)
            if same:
                yield full(path)


def _named(file: str) -> list[Path]:
    """Paths of a file of that name that stand in the code of the cells."""
    quoted = re.compile(rf"""["']([^"'\n]*{re.escape(Path(file).name)})["']""")
    texts = [text for cell in history.cells() for text in quoted.findall(cell.source)]
    return [Path(text).expanduser() for text in texts if "//" not in text]


def _take_away(file: str, hidden: str) -> None:
    """Links to the hidden file that were delivered meanwhile: they would lead to nothing."""
    for path in _named(file):
        with contextlib.suppress(OSError):
            if path.is_symlink() and str(path.readlink()).startswith(hidden):
                path.unlink()


def splits_of(got: Any) -> list[tuple[Any, Any]] | None:
    """(inputs, labels) of each split, in order; None where that cannot be told.

    Labels are None for a data set.
    """
    if is_set(got):
        return [(got, None)]
    if isinstance(got, dict):
        got = list(got.values())
    if not isinstance(got, tuple | list):
        return None
    if arrays := [part for part in got if is_rows(part)]:
        return _paired(arrays)
    pairs = [pair for part in got for pair in splits_of(part) or ()]
    return pairs or None


def labels_first(got: Any, pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether a label would be taken for the first input by who unpacks what was returned."""
    while isinstance(got, tuple | list) and got:
        got = got[0]
    return any(got is labels for _, labels in pairs if labels is not None)


def _paired(arrays: list[Any]) -> list[tuple[Any, Any]] | None:
    """Inputs are the arrays with the largest rows; the first of them goes with the first labels.

    Where there are more arrays of small rows (predictions), with the first of as many rows.
    """
    sizes = [int(np.prod(array.shape[1:])) for array in arrays]
    inputs = [array for array, size in zip(arrays, sizes, strict=True) if size == max(sizes)]
    labels = [array for array, size in zip(arrays, sizes, strict=True) if size != max(sizes)]
    if len(inputs) < len(labels):
        lengths = [len(array) for array in labels]
        labels = [labels[lengths.index(len(x))] for x in inputs if len(x) in lengths]
    return list(zip(inputs, labels, strict=True)) if len(inputs) == len(labels) else None


def is_set(value: Any) -> bool:
    """A data set that delivers inputs and labels by itself."""
    return is_data(value) or hasattr(value, "element_spec") or type(value) is types.GeneratorType


def left(notebook: Mapping[str, Any], hints: Sequence[str]) -> list[str]:
    """Names of what flat code left for the splits, training first; [] where there is nothing.

    Data sets, else inputs and labels. The usual names; where these are not enough for two splits,
    all names that say for what they are.
    """
    shown = [name for name in list(notebook) if not name.startswith("_")]
    for fits, enough in ((is_data, 2), (is_rows, 4)):
        usual = [name for name in hints if fits(notebook.get(name))]
        says = [name for name in shown if any(word in name.lower() for word in SPLITS)]
        names = [name for name in says if fits(notebook[name])]
        names.sort(key=lambda name: "train" not in name.lower())
        best = usual if len(usual) >= enough or len(usual) >= len(names) else names
        if len(best) >= enough // 2:
            return best
    return []


def _making(names: Sequence[str], notebook: Mapping[str, Any]) -> list[int]:
    """Numbers of the cells that bound or changed arrays and data sets, up to the last that did so
    with one of these names."""
    made = [
        name
        for name, value in list(notebook.items())
        if is_data(value) or is_rows(value) or kind_of(value) == "NpzFile"
    ]
    numbers: set[int] = set()
    last = -1
    for number, cell in enumerate(history.cells()):
        touched = cell.bound | changed_in_place(cell.source)
        if touched.intersection(made):
            numbers.add(number)
        if touched.intersection(names):
            last = number
    return sorted(number for number in numbers if number <= last)
