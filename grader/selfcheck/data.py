"""Data and pretrained weights at a student's desk: those beside the notebook, else this machine's.

There are no hidden inputs here. Where an accuracy is asked for, data that the student has anyway
(mostly the validation split) stand in for them, and it is said.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from grader.assignment import TOP, Assignment, DataTable
from grader.assignment.data import (
    AssetStore,
    assets_home,
    count_shown,
    description,
    find_data,
    lock,
    open_store,
    read_manifest,
    sha256_of,
    show_as_hidden,
)
from grader.records import AssetError, Assets, building, digest, home, link_or_copy

OWN = "your own validation data"
ESTIMATE = (
    f"The accuracy was measured on {OWN}: an estimate. What counts is decided on hidden data, "
    "which are not here."
)
DATA_LINK = "{data}"
Say = Callable[[str], None]


def looked_for(table: DataTable, path: str) -> Iterator[str]:
    """Where, seen from the notebook, a path of the students' side may lie: the links of
    `data.toml` that lead to it, the closest one first; then a file's bare name."""
    ways = []
    for link, target in table.links.items():
        start, _, below = target.partition("/")
        if start == DATA_LINK and (not below or f"{path}/".startswith(f"{below}/")):
            ways.append((len(below), f"{link}{path[len(below) :]}" if below else f"{link}/{path}"))
    yield from (way for _, way in sorted(ways, reverse=True))
    if not ways:
        yield f"data/{path}"
    if table.holds_file(path):
        yield path.rpartition("/")[2]


def find_for(folder: Path, assignment: Assignment, say: Say = lambda words: None) -> AssetStore:
    """What the notebook in `folder` works with. AssetError says what to put where.
    `hidden` of the store is data that the student has: there are no others at a student's desk."""
    table = assignment.data
    own: dict[str, Path] = {}
    for path in table.student_paths():
        there = (folder / way for way in looked_for(table, path))
        if found := next(filter(Path.exists, there), None):
            own[path] = found
    if own and len(own) == len(table.student_paths()) and _has_classes(own, table):
        return _own(folder, own, assignment, say)
    try:
        store = find_data(assignment)
    except AssetError as problem:
        ways = dict.fromkeys(next(looked_for(table, path)) for path in table.student_paths())
        raise AssetError(
            "There are no data to check with.",
            what_to_do=f"Put {', '.join(ways)} beside the notebook, as in the course, or run "
            "`grader assets make` or `fetch`.",
        ) from problem
    if table.hidden is None:
        return store
    folder = home() / "selfcheck" / "hidden" / store.record.sha256[:16]
    return replace(store, hidden=show_as_hidden(store.student, assignment, folder), hidden_kind=OWN)


def _has_classes(own: dict[str, Path], table: DataTable) -> bool:
    folders = [own[split.images] for split in table.shown.values() if split.images]
    return all((folder / kind).is_dir() for folder in folders for kind in table.classes)


def _own(folder: Path, own: dict[str, Path], assignment: Assignment, say: Say) -> AssetStore:
    table = assignment.data
    student = _together(folder, own)
    counts = count_shown(student, assignment)
    files = {path: sha256_of(found) for path, found in own.items() if found.is_file()}
    listing = [[split, name, n] for split, names in counts.items() for name, n in names.items()]
    record = digest([files, str(folder.resolve()), listing])
    weights = table.network.weights if table.network else ""
    known = _known(assignment, weights, files.get(weights, ""))
    described = None
    if known and known.base_graph:
        described = known.base_graph.parent
    elif table.network:
        described = _described(assignment, own[weights], files[weights], say)
    published = {source.to: source for source in table.sources if source.to}
    from_source = published.get(weights)
    is_original = from_source and from_source.digest and not from_source.problem_of(own[weights])
    epochs = known.recipe_epochs if known else table.original.epochs
    if not known and not is_original and table.stand_in:
        # of data whose size nobody knows: in the most epochs of any size, all is learned
        epochs = max([epochs, *(scale.epochs for scale in table.stand_in.scales.values())])
    scratch = home() / "selfcheck" / "hidden" / record[:16]
    return AssetStore(
        root=folder,
        student=student,
        hidden=show_as_hidden(student, assignment, scratch) if table.hidden else student,
        weights=student / weights if weights else None,
        base_graph=described / "base_graph.json" if described else None,
        fingerprints=described / "fingerprints.json" if described else None,
        record=Assets(
            kind="original" if is_original else "stand-in",
            scale="beside the notebook",
            sha256=record,
            counts=counts,
        ),
        hidden_kind=OWN,
        recipe_epochs=epochs,
    )


def _known(assignment: Assignment, weights: str, sha256: str) -> AssetStore | None:
    """A store of this machine with the same weights: it has them described already."""
    for manifest in assets_home(assignment.slug).glob("*/assets.json") if weights else ():
        try:
            files = read_manifest(manifest.parent).files
        except AssetError:
            continue
        if any(file.sha256 == sha256 for file in files if file.path == f"student/{weights}"):
            return open_store(manifest.parent, assignment)
    return None


def _described(assignment: Assignment, weights: Path, sha256: str, say: Say) -> Path:
    """Graph and fingerprints of these weights: made once, by our own code."""
    folder = home() / "selfcheck" / sha256[:16]
    folder.mkdir(parents=True, exist_ok=True)
    if assignment.data.network is None:
        raise AssetError(f"{assignment.slug} has no pretrained network.")
    with lock(folder, "description"):
        if not list(folder.glob("description-*")):
            say("Looking at the pretrained weights; this is done once.")
        return description(assignment.data.network, weights, folder)


def _together(folder: Path, own: dict[str, Path]) -> Path:
    """A folder with everything at its path of the students' side, as a sandbox is shown it. A
    folder beside the notebook when all lie in it like that, else one of hard links (or copies)."""
    roots = {_root(path, found) for path, found in own.items()}
    if len(roots) == 1 and (root := roots.pop()) not in (None, folder):
        return root
    found = [path for start in own.values() for path in (start, *sorted(start.rglob("*")))]
    listing = [[str(p), p.stat().st_size, p.stat().st_mtime_ns] for p in found if p.is_file()]
    place = home() / "selfcheck" / "data" / digest([sorted(own), listing])[:16]
    place.parent.mkdir(parents=True, exist_ok=True)
    with lock(place.parent, place.name):
        if not place.is_dir():
            with building(place) as made:
                for path, source in own.items():
                    target = made / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if source.is_dir():
                        shutil.copytree(source, target, copy_function=link_or_copy)
                    else:
                        link_or_copy(source, target)
    return place


def _root(path: str, found: Path) -> Path | None:
    """The folder below which it lies at its path, or None."""
    depth = len(Path(path).parts)
    root = found.parents[depth - 1]
    return root if path != TOP and root / path == found else None
