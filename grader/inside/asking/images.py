"""Asks for the data, on a hidden tree in place of the notebook's own folders.

Where there is no data function, the data sets that flat code left are read again from the hidden
tree.

The answer is {"hidden": {"returned": class name, "parts": [what `looking.look` says of each data
set, the one for training first; null for one that is missing]}}. Where `asked["data"]` has the key
`textured`, the function is asked once more, on a tree in which every file holds one and the same
picture, with all that it changes at random left in. Then each part also has

    "augments": {"rotation_range": 40, "horizontal_flip": true, "differs": 0.21, "images": 16}

setting → value: the settings of Keras' image generators that change an image at random, as they
are kept there (`zoom_range` as [0.8, 1.2]), only those that differ from their defaults; none for
any other kind of data set. `differs`: how far apart the same picture came out, the mean absolute
difference to the first one that came, as a share of what its values span: 0 where nothing was
changed at random, for every kind of data set. `images`: how many were compared. Both are missing
where fewer than two images of one shape came. {} where the second asking failed.
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..shims import delivery
from ..shims.places import full
from . import flat
from .answers import attempt, defined, fitting, kind_of
from .flat import Left
from .painting import bound, in_place_of, paint, paint_alike, undisturbed

FLAT_SPREAD = 1e-3
WHOLE = "."
"""As the tree of a place: all splits, each in its folder."""
See = Callable[[Any], dict[str, Any]]
"""A data set → what is told of it."""


def ask_images(
    notebook: dict[str, Any], asked: dict[str, Any], hints: Mapping[str, Sequence[str]]
) -> tuple[str, str, Any, str] | None:
    """(name, status, value, error) for `Answers.give`; None where there are no data to look at."""
    from .looking import augments, look

    inputs = asked["data"]
    name = defined(notebook, asked["functions"]["data"])
    left = [] if name else Left(notebook, hints).data()
    if not name and not left:
        return None
    question = _Question(
        notebook=notebook,
        inputs=inputs,
        function=notebook[name] if name else functools.partial(flat.read_again, notebook, left),
        seconds=asked["seconds"]["data"],
        own_splits=_split_paths(inputs, os.environ.get("GRADER_DATA", inputs["root"])),
        # flat code's cells, run again, bind its names to other objects
        restored={} if name else dict(notebook),
    )
    put, see = question.put, functools.partial(look, max_images=inputs["max_images"])
    with hidden_folder() as hidden, undisturbed():
        paint(hidden, inputs["images"])
        status, value, error = put(hidden, see)
        if name and status == "ok" and not _one_coloured(value):
            # its folders were not found by their usual path: perhaps it kept the real one
            second = question.put_rebound(hidden, see)
            if second[0] == "ok" and _one_coloured(second[1]):
                status, value, error = second
                put = question.put_rebound
    if "textured" in inputs and status == "ok":
        with hidden_folder() as hidden:
            paint_alike(hidden, inputs["images"], **inputs["textured"])
            _, again, _ = put(hidden, augments)
        _join(value["parts"] or [], (again or {}).get("parts") or [])
    seen = {"hidden": value} | ({"object": next(filter(None, left))} if left else {})
    return name or asked["functions"]["data"][0], status, seen, error


def _join(parts: list[dict[str, Any] | None], again: list[dict[str, Any] | None]) -> None:
    for index, part in enumerate(parts):
        if part is not None:
            part["augments"] = (again[index] if index < len(again) else None) or {}


@contextlib.contextmanager
def hidden_folder() -> Iterator[str]:
    """A new folder beside the notebook's own: cells that are run again may empty `/tmp`."""
    with tempfile.TemporaryDirectory(prefix="asked-", dir=str(Path.cwd())) as hidden:
        yield hidden


@dataclass(kw_only=True)
class _Question:
    """What is to be called with hidden folders in place of the notebook's own."""

    notebook: dict[str, Any]
    inputs: dict[str, Any]
    function: Callable[..., Any]
    seconds: float
    own_splits: Mapping[str, str]
    restored: Mapping[str, Any]

    def put(self, hidden: str, see: See) -> tuple[str, Any, str]:
        """With the hidden tree wherever the notebook looks."""
        there = in_place_of(_places(self.notebook, self.inputs, hidden, self.own_splits))
        with there, trees_in(hidden), bound(self.restored, self.notebook):
            return self._look(see, _split_paths(self.inputs, self.inputs["root"]))

    def put_rebound(self, hidden: str, see: See) -> tuple[str, Any, str]:
        """With the globals that name the folders bound to the hidden ones."""
        paths = _split_paths(self.inputs, hidden)
        values = {name: paths[split] for name, split in self.inputs["globals"].items()}
        with bound(values, self.notebook):
            return self._look(see, paths)

    def _look(self, see: See, folders: Mapping[str, str]) -> tuple[str, Any, str]:
        def called() -> dict[str, Any]:
            offered = list(folders.values())
            got = self.function(*fitting(self.function, offered, all_of_them=False))
            data_sets = flat.both_of(got)
            parts = [see(data) if data is not None else None for data in data_sets]
            return {"returned": kind_of(got), "parts": parts or None}

        return attempt(called, self.seconds)


def _places(
    notebook: dict[str, Any], inputs: dict[str, Any], hidden: str, own_splits: Mapping[str, str]
) -> dict[str, str]:
    """Every folder in which the notebook may look for its data → a hidden one."""
    folders = {**inputs["splits"], WHOLE: WHOLE}
    declared = delivery.filled(delivery.settings().get("places", {}))
    seen = flat.folders_of(notebook, own_splits)
    trees = {place: inputs["splits"].get(split, split) for place, split in seen.items()}
    trees |= {place: folders.get(tree, "") for place, tree in declared.items()}
    known = {_standing(place): tree for place, tree in trees.items() if tree}
    root = _standing(inputs["root"])
    # a folder that lies in another one is led elsewhere together with it; the data that the root
    # leads to are not the notebook's own, and some tiers refuse to move them
    above = {root, *known, Path(os.path.realpath(inputs["root"]))}
    return {inputs["root"]: hidden} | {
        str(place): str(Path(hidden, tree))
        for place, tree in known.items()
        if place.is_dir() and place != root and not above.intersection(place.parents)
        if os.access(place.parent, os.W_OK)
    }


def _standing(place: str) -> Path:
    """Where an entry of a folder really stands, whatever it leads to itself."""
    path = Path(full(place))
    return Path(os.path.realpath(path.parent), path.name)


@contextlib.contextmanager
def trees_in(hidden: str) -> Iterator[None]:
    """What is unpacked or delivered meanwhile is the hidden data."""
    os.environ["GRADER_TREES"] = hidden
    try:
        yield
    finally:
        os.environ.pop("GRADER_TREES", None)


def _split_paths(inputs: dict[str, Any], root: str) -> dict[str, str]:
    """Split → its folder, for functions that take folders as arguments."""
    return {split: f"{Path(root, path)}/" for split, path in inputs["splits"].items()}


def _one_coloured(value: dict[str, Any]) -> bool:
    """Whether images of the hidden tree came: those have no spread."""
    looks = [look for look in value.get("parts") or [] if look is not None]
    return any(image[1] < FLAT_SPREAD for look in looks for image in look["images"])
