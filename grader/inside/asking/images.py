"""Asks for the data, on a hidden tree in place of the notebook's own folders.

Where there is no data function, the data sets that flat code left are read again from the hidden
tree.
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..shims import delivery
from ..shims.places import full
from . import flat
from .answers import attempt, defined, fitting, kind_of
from .flat import Left
from .painting import bound, in_place_of, paint, undisturbed

FLAT_SPREAD = 1e-3


def ask_data(
    notebook: dict[str, Any], asked: dict[str, Any], hints: Mapping[str, Sequence[str]]
) -> tuple[str, str, Any, str] | None:
    """(name, status, value, error) for `Answers.give`; None where there are no data to look at."""
    inputs = asked["data"]
    name = defined(notebook, asked["functions"]["data"])
    left = [] if name else Left(notebook, hints).data()
    if not name and not left:
        return None
    seconds = asked["seconds"]["data"]
    function = notebook[name] if name else functools.partial(flat.read_again, notebook, left)
    look = functools.partial(_look, function, seconds, inputs["max_images"])
    own_splits = _split_paths(inputs, os.environ.get("GRADER_DATA", inputs["root"]))
    flat_names = {} if name else dict(notebook)  # its cells, run again, bind them to other objects
    here = str(Path.cwd())  # not in /tmp: cells that are run again may empty it
    with tempfile.TemporaryDirectory(prefix="asked-", dir=here) as hidden, undisturbed():
        paint(hidden, inputs["images"])
        there = in_place_of(_places(notebook, inputs, hidden, own_splits))
        with there, _trees_in(hidden), bound(flat_names, notebook):
            status, value, error = look(_split_paths(inputs, inputs["root"]))
        if name and status == "ok" and not _one_coloured(value):
            # its folders were not found by their usual path: perhaps it kept the real one
            split_paths = _split_paths(inputs, hidden)
            values = {glob: split_paths[split] for glob, split in inputs["globals"].items()}
            with bound(values, notebook):
                second = look(split_paths)
            if second[0] == "ok" and _one_coloured(second[1]):
                status, value, error = second
    seen = {"hidden": value} | ({"object": left[0]} if left else {})
    return name or asked["functions"]["data"][0], status, seen, error


def _places(
    notebook: dict[str, Any], inputs: dict[str, Any], hidden: str, own_splits: Mapping[str, str]
) -> dict[str, str]:
    """Every folder in which the notebook may look for its data → a hidden one."""
    places = delivery.filled(delivery.settings().get("places", {}))
    known = {place: inputs["splits"].get(split) for place, split in places.items()}
    known = flat.folders_of(notebook, own_splits) | known
    root = full(inputs["root"])
    elsewhere = {
        place: str(Path(hidden, inputs["splits"].get(split, split)))
        for place, split in known.items()
        if split and Path(place).is_dir() and not Path(full(place)).is_relative_to(root)
    }
    return {inputs["root"]: hidden, **elsewhere}


@contextlib.contextmanager
def _trees_in(hidden: str) -> Iterator[None]:
    """An archive that is unpacked meanwhile gives the hidden images."""
    os.environ["GRADER_TREES"] = hidden
    try:
        yield
    finally:
        os.environ.pop("GRADER_TREES", None)


def _split_paths(inputs: dict[str, Any], root: str) -> dict[str, str]:
    """Split → its folder, for functions that take folders as arguments."""
    return {split: f"{Path(root, path)}/" for split, path in inputs["splits"].items()}


def _look(
    function: Callable[..., Any], seconds: float, max_images: int, folders: Mapping[str, str]
) -> tuple[str, Any, str]:
    from .looking import look

    def called() -> dict[str, Any]:
        got = function(*fitting(function, list(folders.values()), all_of_them=False))
        if not isinstance(got, tuple | list):
            return {"returned": kind_of(got), "parts": None}
        parts = [look(data, max_images=max_images) for data in got[:3]]
        return {"returned": kind_of(got), "parts": parts}

    return attempt(called, seconds)


def _one_coloured(value: dict[str, Any]) -> bool:
    """Whether images of the hidden tree came: those have no spread."""
    looks = value.get("parts") or []
    return any(image[1] < FLAT_SPREAD for look in looks for image in look["images"])
