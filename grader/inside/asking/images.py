"""Asks for the data, on a hidden tree in place of the notebook's own folders.

Where there is no data function, the data sets that flat code left are read again from the hidden
tree.

`asked["data"]`:

    images       [path, colour, size, mode, stripes] each; the path begins with the split's name
    root         folder in which the notebook looks, a link to the data
    splits       split → its folder of the students' side, that for training first; added from
                 data.toml, as the next
    links        link of the notebook's folder → the part of that side to which it leads
    globals      name under which the notebook keeps a split's folder → split; may be missing
    max_images   so many are looked at, of each split; thrice as many as there are without it
    textured     {"seed", "size"} of the picture for the second asking, see below; may be missing

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

Of a data function the answer has "trained_with" too: [least, largest] value of a batch that `fit`
is handed, of the notebook's own images; [] where that is not known.
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..kernel import history
from ..shims import delivery
from ..shims.places import full
from . import flat
from .answers import attempt, defined, forget, kind_of
from .called import ready
from .making import making, names_read_by, read_through
from .painting import bound, in_place_of, paint, paint_alike, undisturbed

FLAT_SPREAD = 1e-3
PASSES = 3
"""Over all images: what a data set delivers beyond is not looked at."""
See = Callable[[Any], dict[str, Any]]
"""A data set → what is told of it."""


def ask_images(
    notebook: dict[str, Any], asked: dict[str, Any], hints: Mapping[str, Sequence[str]]
) -> tuple[str, str, Any, str] | None:
    """(name, status, value, error) for `Answers.give`; None where there are no data to look at."""
    from .handed import kept_data, reach_of_training  # as `look`, these need NumPy
    from .looking import augments, look

    inputs = asked["data"]
    name = defined(notebook, asked["functions"]["data"])
    kept = None if name else kept_data(notebook, hints)
    if not name and not kept:
        return None
    own_splits = _own_splits(inputs)
    sandboxed = "GRADER_IN" in os.environ
    question = _Question(
        notebook=notebook,
        inputs=inputs,
        function=kept.again if kept else notebook[name],
        seconds=asked["seconds"]["data"],
        own_splits=own_splits,
        # cells that are run again bind names to other objects
        restored=dict(notebook),
        named={} if sandboxed else flat.folder_names(notebook, own_splits),
        cells=making(flat.data_read_by(notebook[name], notebook), notebook) if name else (),
    )
    painted = _in_their_folders(inputs)
    most = inputs.get("max_images", PASSES * len(painted))
    put, see = question.put, functools.partial(look, max_images=most)
    with hidden_folder() as hidden, undisturbed():
        paint(hidden, painted)
        status, value, error = put(hidden, see)
        if name and not (status == "ok" and _one_coloured(value)) and question.read_elsewhere():
            # perhaps it names files that another cell has listed
            second = put(hidden, see)
            if second[0] == "ok" and _one_coloured(second[1]):
                status, value, error = second
        if name and status == "ok" and not _one_coloured(value):
            # its folders were not found by their usual path: perhaps it kept the real one
            second = question.put_rebound(hidden, see)
            if second[0] == "ok" and _one_coloured(second[1]):
                status, value, error = second
                put = question.put_rebound
    if "textured" in inputs and status == "ok":
        with hidden_folder() as hidden:
            paint_alike(hidden, painted, **inputs["textured"])
            join_augments(value, put(hidden, augments)[1])
    seen = {"hidden": value} | ({"object": kept.name} if kept else {})
    if name and status == "ok":
        seen["trained_with"] = reach_of_training(notebook, hints)
    return name or asked["functions"]["data"][0], status, seen, error


def join_augments(value: dict[str, Any], again: dict[str, Any] | None) -> None:
    """Put what was seen of equal images or rows to each part that was asked for first."""
    seen = (again or {}).get("parts") or []
    for index, part in enumerate(value["parts"] or []):
        if part is not None:
            part["augments"] = (seen[index] if index < len(seen) else None) or {}


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
    named: Mapping[str, str]
    """Name → split: see `flat.folder_names`."""
    cells: Sequence[int] = ()
    """Numbers of those that are run again before the call."""

    def read_elsewhere(self) -> bool:
        """Have the cells run again that made what the function finds in the notebook; whether there
        are others than before."""
        before, read = self.cells, names_read_by(self.function)
        self.cells = making(read_through(read, self.notebook), self.notebook)
        return self.cells != before

    def put(self, hidden: str, see: See) -> tuple[str, Any, str]:
        """With the hidden tree wherever the notebook looks."""
        there = in_place_of(_places(self.notebook, self.inputs, hidden, self.own_splits))
        paths = _splits_below(self.inputs, hidden)
        paths[""] = str(Path(next(iter(paths.values()))).parent)
        named = {
            name: type(self.notebook[name])(paths[split]) for name, split in self.named.items()
        }
        texts = {str(self.notebook[name]): str(folder) for name, folder in named.items()}
        rebound = bound({**self.restored, **named}, self.notebook)
        with there, trees_in(hidden), rebound, history.led(texts):
            return self._look(see, _offered(self.inputs))

    def put_rebound(self, hidden: str, see: See) -> tuple[str, Any, str]:
        """With the globals that name the folders bound to the hidden ones."""
        paths = _splits_below(self.inputs, hidden)
        named = self.inputs.get("globals", {})
        values = {name: paths[split] for name, split in named.items()}
        with bound({**self.restored, **values}, self.notebook):
            return self._look(see, paths)

    def _look(self, see: See, folders: Mapping[str, str]) -> tuple[str, Any, str]:
        from .handed import both_of

        def called() -> dict[str, Any]:
            forget(self.function)
            history.again(self.cells)
            offered = list(folders.values())
            got = ready(self.function, offered, self.notebook, all_of_them=False)()
            data_sets = both_of(got)
            parts = [see(data) if data is not None else None for data in data_sets]
            return {"returned": kind_of(got), "parts": parts or None}

        return attempt(called, self.seconds)


def _in_their_folders(inputs: Mapping[str, Any]) -> list[list[Any]]:
    """The images at the paths at which their splits lie on the students' side: the first part of
    the path that is asked with names the split."""
    splits = inputs["splits"]
    parted = ((path.partition("/"), told) for path, *told in inputs["images"])
    return [[f"{splits.get(split, split)}/{path}", *told] for (split, _, path), told in parted]


def _trees(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Folder in which the notebook looks → the part of the students' side that it stands for."""
    return {inputs["root"]: delivery.WHOLE, **inputs.get("links", {})}


def _offered(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Split → its folder as the notebook has it, for functions that take folders."""
    root = inputs["root"]
    tree = _trees(inputs)[root]
    return {
        split: f"{Path(root, os.path.relpath(path, tree))}/"
        for split, path in inputs["splits"].items()
    }


def _splits_below(inputs: Mapping[str, Any], folder: str) -> dict[str, str]:
    """Split → its folder below that one, which lies like the students' side."""
    return {split: f"{Path(folder, tree)}/" for split, tree in inputs["splits"].items()}


def _own_splits(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Split → the folder of its own images."""
    data = os.environ.get("GRADER_DATA")
    if data is None:
        return _offered(inputs)
    return _splits_below(inputs, data)


def _places(
    notebook: dict[str, Any], inputs: dict[str, Any], hidden: str, own_splits: Mapping[str, str]
) -> dict[str, str]:
    """Every folder in which the notebook may look for its data → a hidden one."""
    declared = delivery.filled(delivery.settings().get("places", {}))
    ours = os.path.realpath(hidden)
    seen = {
        place: split
        for place, split in flat.folders_of(notebook, own_splits).items()
        if not Path(os.path.realpath(place)).is_relative_to(ours)
    }
    trees = {place: inputs["splits"].get(split, split) for place, split in seen.items()} | declared
    roots = {place: tree for place, tree in _trees(inputs).items() if Path(hidden, tree).is_dir()}
    known = {_standing(place): tree for place, tree in trees.items() if Path(hidden, tree).is_dir()}
    standing = {_standing(place): tree for place, tree in roots.items()}
    # a folder that lies in another one is led elsewhere together with it; the data that the roots
    # lead to are not the notebook's own, and some tiers refuse to move them
    above = {*known, *(Path(os.path.realpath(place)) for place in roots)} - standing.keys()
    return {place: str(Path(hidden, tree)) for place, tree in roots.items()} | {
        str(place): str(Path(hidden, tree))
        for place, tree in known.items()
        if place.is_dir() and place not in standing and not above.intersection(place.parents)
        if not any(
            root in place.parents and Path(hidden, part, place.relative_to(root)).exists()
            for root, part in standing.items()
        )
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


def _one_coloured(value: dict[str, Any]) -> bool:
    """Whether images of the hidden tree came: those have no spread."""
    looks = [look for look in value.get("parts") or [] if look is not None]
    flat = [image[1] < FLAT_SPREAD for look in looks for image in look["images"]]
    return flat.count(True) > len(flat) / 2
