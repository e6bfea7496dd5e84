"""The asset folders on this machine: what one really holds, held against `data.toml`; which are
there, how one is put in place.

`<home>/assets/<slug>/<kind>-…/` holds `student/` (all that a student's code may see), `private/`
(the hidden split and what is derived from the weights) and `assets.json` (counts, sizes, hashes).
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import ValidationError

from grader.assignment.data import arrays
from grader.assignment.data.programs import description
from grader.assignment.data_tables import FULL, HIDDEN, SMALL, Split
from grader.assignment.data_vetting import DATA
from grader.assignment.folder import Assignment
from grader.records import AssetError, Assets, Record, home

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of that which is done (0…1)."""
ORIGINAL = "original"
MANIFEST = "assets.json"
DOWNLOADS = "downloads"
ANEW = "Raise [stand_in] version, or delete the folder; then make it again."
ELSEWHERE = "Free some space, or set GRADER_HOME to a folder on another disk."


def counts(root: Path, assignment: Assignment) -> dict[str, dict[str, int]]:
    """Split → class → inputs. AssetError, with the key, for what does not fit `data.toml`."""
    table = assignment.data
    counted = {
        name: _counted(split_path(root, name, split), name, split, assignment)
        for name, split in table.splits.items()
    }
    shapes = {
        name: arrays.row_shape(split_path(root, name, split), split)
        for name, split in table.splits.items()
        if split.arrays
    }
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise AssetError(f"{_key(assignment, 'splits')}: their inputs differ in shape: {told}.")
    recipe = assignment.recipe
    for name, shape in shapes.items():
        if recipe is not None and prod(shape) != prod(recipe.input_shape):
            raise AssetError(
                f"{_key(assignment, f'splits.{name}')}: one example has the shape {shape}, but "
                f"recipe.input_shape is {recipe.input_shape}."
            )
    _nothing_else(root, assignment)
    weights = {table.network.weights: "network.weights"} if table.network else {}
    for path, key in {**weights, **dict.fromkeys(table.files, "files")}.items():
        if not (root / "student" / path).is_file():
            raise AssetError(f"{_key(assignment, key)}: the file {path} is not there.")
    return counted


def count_shown(student: Path, assignment: Assignment) -> dict[str, dict[str, int]]:
    """The same of a folder that is the students' side, without its files."""
    return {
        name: _counted(student / split.path, name, split, assignment)
        for name, split in assignment.data.shown.items()
    }


def split_path(root: Path, name: str, split: Split) -> Path:
    return root / ("private" if name == HIDDEN else "student") / split.path


def _counted(path: Path, name: str, split: Split, assignment: Assignment) -> dict[str, int]:
    key, classes = _key(assignment, f"splits.{name}"), assignment.data.classes
    if split.arrays:
        return arrays.counted(path, split, classes, key)
    there = {child.name for child in path.iterdir() if child.is_dir()} if path.is_dir() else set()
    if there != set(classes):
        raise AssetError(
            f"{key}: {split.images} has the class folders {', '.join(sorted(there)) or 'none'}; "
            f"`classes` says {', '.join(classes)}."
        )
    return {kind: sum(1 for _ in (path / kind).iterdir()) for kind in classes}


def _nothing_else(root: Path, assignment: Assignment) -> None:
    """No file of arrays that students see holds one that no split names: hidden ones, perhaps."""
    shown = assignment.data.shown.values()
    for path in {split.arrays for split in shown if split.arrays}:
        named = {n for split in shown if split.arrays == path for n in (split.inputs, split.labels)}
        if more := arrays.headers(root / "student" / path).keys() - named:
            told = ", ".join(sorted(more))
            raise AssetError(f"{_key(assignment, 'splits')}: no split names {told} of {path}.")


def _key(assignment: Assignment, key: str) -> str:
    return f"{assignment.slug}/{DATA}: {key}"


def silent(what: str, share: float) -> None:
    """Nobody looks on."""


class File(Record):
    path: str
    bytes: int
    sha256: str


class Manifest(Record):
    """`assets.json`."""

    schema_version: int = 1
    record: Assets
    hidden_kind: str
    recipe_epochs: int
    seed: int | None = None
    versions: dict[str, str] = {}
    """What made it, where that decides about its bytes."""
    files: tuple[File, ...]


@dataclass(frozen=True)
class AssetStore:
    """One complete set of an assignment's data, with the weights where it has a network."""

    root: Path
    student: Path
    """The splits, the weights and the files at their paths of `data.toml`: may be shown."""
    hidden: Path
    """The hidden split, a folder of class folders or an `.npz` file: never shown to a student's
    code. `private/` itself where there is none."""
    weights: Path | None
    """None, as the next two, in an assignment without a pretrained network."""
    base_graph: Path | None
    """The neutral graph of the pretrained network at the assignment's input size."""
    fingerprints: Path | None
    """JSON list of {layer, name, shape, dtype, sha256} in graph order."""
    record: Assets
    hidden_kind: str
    recipe_epochs: int


def assets_home(slug: str) -> Path:
    folder = home() / "assets" / slug
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def get_some(assignment: Assignment) -> str:
    """What to do where there are no data."""
    ways = []
    if assignment.data.stand_in and assignment.data.stand_in.program:
        ways.append(f"`grader assets make -a {assignment.slug}` for what its program makes")
    if assignment.data.sources:
        ways.append(f"`grader assets fetch -a {assignment.slug}` for the original")
    return f"Run {', or '.join(ways)}." if ways else ""


def find_data(assignment: Assignment, scale: str | None = None) -> AssetStore:
    """What is on this machine: the original, else the stand-in, full before small; of several that
    which was made or fetched last. `scale` asks for one of them ("original", "full", "small").
    AssetError says how to get some."""
    scales = scales_of(assignment)
    if scale is not None and scale not in scales:
        raise AssetError(
            f"The data of {assignment.slug} have no scale {scale!r}.",
            what_to_do=f"Say {', '.join(scales)}.",
        )
    for wanted in scales if scale is None else (scale,):
        for root in _folders(assignment, wanted):
            return open_store(root, assignment)
    if not assignment.data.student_paths():
        return _nothing(assignment)
    what = "No data are" if scale is None else f"No data of scale {scale!r} are"
    raise AssetError(
        f"{what} on this machine yet for {assignment.slug}.", what_to_do=get_some(assignment)
    )


def scales_of(assignment: Assignment) -> tuple[str, ...]:
    """What may be asked for, the preferred one first."""
    made = assignment.data.stand_in
    own = sorted(made.scales.keys() - {FULL, SMALL}) if made else []
    return (ORIGINAL, FULL, SMALL, *own)


def _nothing(assignment: Assignment) -> AssetStore:
    """The store of an assignment that has no data: an empty folder to show."""
    root = assets_home(assignment.slug) / "none"
    for side in ("student", "private"):
        (root / side).mkdir(parents=True, exist_ok=True)
    record = Assets(kind=ORIGINAL, scale="none", sha256=hashlib.sha256().hexdigest())
    return AssetStore(
        root=root, student=root / "student", hidden=root / "private", weights=None,
        base_graph=None, fingerprints=None, record=record, hidden_kind="", recipe_epochs=1,
    )  # fmt: skip


def _folders(assignment: Assignment, scale: str) -> list[Path]:
    """Folders of a scale, the one made or fetched last first."""
    start = "original-" if scale == ORIGINAL else stand_in_name(assignment, scale)
    there = assets_home(assignment.slug).glob(f"{start}*/{MANIFEST}")
    newest = sorted(there, key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in newest]


def stand_in_name(assignment: Assignment, scale: str) -> str:
    """How the names of all folders of this scale begin."""
    made = assignment.data.stand_in
    return f"stand-in-v{made.version}-{made.chosen(scale)}" if made else f"stand-in-{scale}"


def read_manifest(root: Path) -> Manifest:
    """The manifest of an asset folder; AssetError when it is missing, damaged or incomplete."""
    try:
        manifest = Manifest.model_validate_json((root / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise AssetError(
            f"{root} is no complete asset folder.", what_to_do="Delete it and make it again."
        ) from error
    for file in manifest.files:
        path = root / file.path
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise AssetError(
                f"{path} is missing or has another size than when it was made.",
                what_to_do=f"Delete {root} and make or fetch it again.",
            )
    return manifest


def open_store(root: Path, assignment: Assignment, progress: Progress = silent) -> AssetStore:
    """The asset folder as a store. Describes the weights first where that was not done yet."""
    manifest, table = read_manifest(root), assignment.data
    try:
        fits = counts(root, assignment) == manifest.record.counts
    except AssetError as problem:
        raise AssetError(problem.message, what_to_do=f"{root} was made before. {ANEW}") from problem
    if not fits:
        raise AssetError(
            f"{root} has other splits or classes than the data.toml of {assignment.slug} says.",
            what_to_do=ANEW,
        )
    described = weights = None
    if table.network is not None:
        progress("describing the weights", 0.0)
        weights = root / "student" / table.network.weights
        with lock(root.parent, f"{root.name}-description"):
            described = description(table.network, weights, root / "private")
        progress("describing the weights", 1.0)
    return AssetStore(
        root=root,
        student=root / "student",
        hidden=root / "private" / (table.hidden.path if table.hidden else ""),
        weights=weights,
        base_graph=described / "base_graph.json" if described else None,
        fingerprints=described / "fingerprints.json" if described else None,
        record=manifest.record,
        hidden_kind=manifest.hidden_kind,
        recipe_epochs=_epochs(manifest, assignment),
    )


def _epochs(manifest: Manifest, assignment: Assignment) -> int:
    """As data.toml says today; a scale that it has no more keeps those of when it was made."""
    if manifest.record.kind == ORIGINAL:
        return assignment.data.original.epochs
    made = assignment.data.stand_in
    scale = made.scales.get(manifest.record.scale) if made else None
    return scale.epochs if scale else manifest.recipe_epochs


def use_again(root: Path) -> bool:
    """Whether the folder is there, whole; then it is the one that was made or fetched last."""
    try:
        read_manifest(root)
    except AssetError:
        return False
    with contextlib.suppress(PermissionError):  # a folder that somebody else has made
        os.utime(root / MANIFEST)
    return True


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def seal(root: Path, assignment: Assignment, *, kind: Literal["original", "stand-in"], scale: str,
         hidden_kind: str, recipe_epochs: int, seed: int | None = None,
         versions: dict[str, str] | None = None) -> None:  # fmt: skip
    """Write the manifest of a finished folder. Its sha256 covers every path and every byte.
    AssetError when what is in it does not fit the assignment's `data.toml`."""
    counted = counts(root, assignment)
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    files = tuple(
        File(path=path.relative_to(root).as_posix(), bytes=path.stat().st_size,
             sha256=sha256_of(path))
        for path in paths
    )  # fmt: skip
    listing = json.dumps([[file.path, file.sha256] for file in files], separators=(",", ":"))
    sha256 = hashlib.sha256(listing.encode()).hexdigest()
    manifest = Manifest(
        record=Assets(kind=kind, scale=scale, sha256=sha256, counts=counted),
        hidden_kind=hidden_kind,
        recipe_epochs=recipe_epochs,
        seed=seed,
        versions=versions or {},
        files=files,
    )
    (root / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")


@contextlib.contextmanager
def lock(folder: Path, name: str, progress: Progress = silent) -> Iterator[None]:
    """One process at a time; the lock dies with its process. AssetError when there can be none."""
    held = FileLock(folder / f".{name}.lock")
    try:
        try:
            held.acquire(blocking=False)
        except Timeout:
            progress("waiting for another grader that does the same", 0.0)
            held.acquire()
    except OSError as problem:
        what = f"Nothing can be written to {folder}: {problem}."
        raise AssetError(what, what_to_do=ELSEWHERE) from problem
    try:
        yield
    finally:
        held.release()


def need_disk(folder: Path, needed_bytes: int) -> None:
    """AssetError when the disk has less free space than needed (and 200 MB to spare)."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + 200_000_000:
        raise AssetError(
            f"The disk of {folder} has {free / 1e6:.0f} MB free; {needed_bytes / 1e6:.0f} MB and "
            "200 MB to spare are needed.",
            what_to_do=ELSEWHERE,
        )
