"""What the types of `data.toml` cannot say: that its tables fit each other, and the folder."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar

from grader.assignment.data_tables import FULL, TOP, DataTable, Network
from grader.records import AssignmentError

T = TypeVar("T")
DATA = "data.toml"
HDF5 = ".h5"
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
FOLDER = re.compile(r"[^/\\:.\s][^/\\:]*")
"""A class name that can be a folder's."""
MOVED = ("links", "archives", "delivered", "places", "roots")


def vet_data(table: DataTable, path: Path) -> None:
    """Raise AssignmentError with every mistake of a `data.toml`, each with its key."""
    mistakes = [
        *_splits(table),
        *_stand_in(table, path.parent),
        *_network(table.network, table.files),
    ]
    mistakes += [*_sources(table), *_archives(table), *_ways(table), *_places(table)]
    if mistakes:
        raise AssignmentError("\n".join(f"{path}: {mistake}" for mistake in mistakes) + ".")


def repeated(values: Iterable[T]) -> Iterator[tuple[T, int]]:
    """Those that are there more than once, and how often."""
    return ((value, count) for value, count in Counter(values).items() if count > 1)


def _splits(table: DataTable) -> Iterator[str]:
    if table.splits and len(set(table.classes)) < max(2, len(table.classes)):
        yield "classes: expected two names or more, each once"
    if table.classes and not table.splits:
        yield "classes: there are no splits that have them"
    if len({bool(split.arrays) for split in table.splits.values()}) > 1:
        yield "splits: all of them are images, or all of them are arrays"
    if table.splits and not table.stand_in and not table.sources:
        yield "splits: nothing makes them: neither [stand_in] nor [[sources]]"
    yield from _places_of_splits(table)


def _places_of_splits(table: DataTable) -> Iterator[str]:
    images = [split.images for split in table.splits.values() if split.images]
    for name in table.classes if images else ():
        if not FOLDER.fullmatch(name):
            yield f"classes: {name!r} cannot be the name of a folder of images"
    for folder, count in repeated(images):
        yield f"splits: {count} of them lie in one folder {folder!r}"
    shown = [split for split in table.shown.values() if split.arrays]
    named = ((split.arrays, name) for split in shown for name in (split.inputs, split.labels))
    for (file, name), count in repeated(named):
        yield f"splits: the array {name!r} of {file} is named {count} times"


def _stand_in(table: DataTable, folder: Path) -> Iterator[str]:
    made = table.stand_in
    if made is None:
        return
    if made.program and not (folder / made.program).is_file():
        yield f"stand_in.program: {made.program} is missing"
    if FULL not in made.scales:
        yield f"stand_in.scales: there is none named {FULL!r}"
    if "original" in made.scales:
        yield "stand_in.scales: 'original' is the name of what is fetched"


def _network(network: Network | None, files: Sequence[str]) -> Iterator[str]:
    if network is None:
        return
    try:
        re.compile(network.blocks)
    except re.error as problem:
        yield f"network.blocks: {network.blocks!r} is no regular expression: {problem}"
    weights = PurePosixPath(network.weights)
    if weights.suffix != HDF5:
        yield f"network.weights: expected an HDF5 file, as {weights.stem}.weights{HDF5}"
    for name in files:
        if PurePosixPath(name).suffix == HDF5 and PurePosixPath(name).parent == weights.parent:
            yield f"network.weights: {name!r} lies in the same folder; give it one of its own"
    for name in sorted({"weights", "input_shape"} & network.arguments.keys()):
        yield f"network.arguments: {name!r} has a key of its own in [network]"


def _sources(table: DataTable) -> Iterator[str]:
    for name, count in repeated(source.name for source in table.sources):
        yield f"sources: {name!r} stands {count} times"
    given: set[str] = set()
    for index, source in enumerate(table.sources):
        key = f"sources[{index}] ({source.name})"
        if source.to is None and source.name not in table.archives:
            yield f"{key}: say with `to` where the file belongs, or with [archives] what is in it"
        elif source.to is not None and not table.holds_file(source.to):
            yield f"{key}.to: {source.to!r} is no file of the splits, the network or `files`"
        given |= {source.to} if source.to else set(table.archives.get(source.name, {}))
    for path in table.student_paths() if table.sources else ():
        if not any(above in (path, TOP) or path.startswith(f"{above}/") for above in given):
            yield f"sources: none of them brings {path!r}"
    split = table.original.hold_back
    if split and split not in table.shown:
        yield f"original.hold_back: there is no split {split!r} that students see"


def _archives(table: DataTable) -> Iterator[str]:
    for name, layout in table.archives.items():
        key = f"archives.{name!r}"
        if not name.endswith(".zip") or "/" in name:
            yield f"{key}: expected the name of a zip file"
        if not layout:
            yield f"{key}: nothing is in it"
        for path in layout:
            if not table.holds(path):
                yield f"{key}.{path!r}: the splits, the network and `files` have no such path"
        for inner, count in repeated(layout.values()):
            yield f"{key}: {count} paths lie at {inner!r} of it"


def _ways(table: DataTable) -> Iterator[str]:
    """Links and deliveries lead to something that is known."""
    for kind, ways in (("links", table.links), ("delivered", table.delivered)):
        for name, target in ways.items():
            key = f"{kind}.{name!r}"
            yield from _placeholders(key, name, ())
            yield from _leads(key, target, table, files_only=kind == "delivered")
            if kind == "links" and (name.startswith("/") or ".." in name.split("/")):
                yield f"{key}: a link lies in the notebook's folder; see [roots]"


def _places(table: DataTable) -> Iterator[str]:
    """So do places and roots."""
    homes = ("{home}", "{work}")
    for place, tree in table.places.items():
        key = f"places.{place!r}"
        yield from _placeholders(key, place, homes)
        if not place.startswith(("/", *homes)):
            yield f"{key}: expected a path that begins with /, {{home}} or {{work}}"
        if tree != "files" and (not table.holds(tree) or table.holds_file(tree)):
            yield f'{key}: {tree!r} is no folder of the splits, and not "files"'
    for root, target in table.roots.items():
        key = f"roots.{root!r}"
        yield from _placeholders(key, root, ())
        yield from _placeholders(key, target, homes)
        if not target.startswith(homes):
            yield f"{key}: {target!r} does not begin with {{work}} or {{home}}"


def _placeholders(key: str, text: str, known: tuple[str, ...]) -> Iterator[str]:
    for placeholder in PLACEHOLDER.findall(text):
        if placeholder not in known:
            may = f"; known here: {', '.join(known)}" if known else ", and none can stand there"
            yield f"{key}: there is no placeholder {placeholder} in {text!r}{may}"


def _leads(key: str, target: str, table: DataTable, *, files_only: bool) -> Iterator[str]:
    unknown = [*_placeholders(key, target, ("{data}", "{archives}"))]
    yield from unknown
    start, _, rest = target.partition("/")
    if unknown:
        return
    if start == "{archives}":
        if rest not in table.archives:
            yield f"{key}: {target!r}: there is no archive {rest!r} in [archives]"
    elif start == "{data}":
        if not (table.holds_file(rest) if files_only else table.holds(rest or ".")):
            yield f"{key}: {target!r} leads to nothing that the splits, the network or `files` have"
    else:
        yield f"{key}: {target!r} does not begin with {{data}} or {{archives}}"
