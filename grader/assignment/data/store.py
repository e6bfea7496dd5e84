"""The asset folders on this machine: what one holds, which are there, how one is put in place.

`<home>/assets/<kind>-…/` holds `student/` (all that a student's code may see), `private/` (hidden
images and what is derived from the weights) and `assets.json` (counts, sizes, hashes).
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import ValidationError

from grader.assignment.data.programs import description
from grader.records import AssetError, Assets, Record, home

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of that which is done (0…1)."""


def silent(what: str, share: float) -> None:
    """Nobody looks on."""


WEIGHTS_NAME = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
CLASSES = ("horses", "humans")
DEFAULT_SEED = 7
"""Of the stand-in. Another seed makes hidden images that nobody else has."""
VERSION = 4
"""Of the stand-in's bytes: raised whenever the same seed gives others, so that old folders are
left alone and never mistaken for new ones."""
SCALES = ("original", "full", "small")
MANIFEST = "assets.json"
ELSEWHERE = "Free some space, or set GRADER_HOME to a folder on another disk."
GET_SOME = "Run `grader assets make` for the stand-in, or `grader assets fetch` for the original."


class File(Record):
    """One file of an asset folder, by its path below the folder."""

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
    """One complete set of data and weights."""

    root: Path
    student: Path
    """`train/<class>/`, `validation/<class>/`, `model/<weights file>`: may be shown to students."""
    hidden: Path
    """`<class>/*.png`: never shown to a student's code."""
    weights: Path
    base_graph: Path
    """The neutral graph of the pretrained network at the assignment's input size."""
    fingerprints: Path
    """JSON list of {layer, name, shape, dtype, sha256} in graph order."""
    record: Assets
    hidden_kind: str
    recipe_epochs: int


def assets_home() -> Path:
    """The folder of all asset folders; made when missing."""
    folder = home() / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def find_data(scale: str | None = None) -> AssetStore:
    """What is on this machine: the original, else the stand-in, full before small.

    `scale` asks for one of them ("original", "full", "small"). AssetError says how to get some.
    """
    if scale is not None and scale not in SCALES:
        raise AssetError(f"There is no scale {scale!r}.", what_to_do=f"Say {', '.join(SCALES)}.")
    for wanted in SCALES if scale is None else (scale,):
        for root in _folders(wanted):
            return open_store(root)
    what = "No assets are" if scale is None else f"No assets of scale {scale!r} are"
    raise AssetError(f"{what} on this machine yet.", what_to_do=GET_SOME)


def _folders(scale: str) -> list[Path]:
    """Folders of a scale, the preferred one first."""
    if scale == "original":
        manifests = assets_home().glob("original-*/assets.json")
        newest = sorted(manifests, key=lambda path: path.stat().st_mtime, reverse=True)
        return [path.parent for path in newest]
    usual = stand_in_folder(scale, DEFAULT_SEED)
    others = sorted(path.parent for path in assets_home().glob(f"{usual.name}-*/assets.json"))
    return [root for root in (usual, *others) if (root / "assets.json").is_file()]


def stand_in_folder(scale: str, seed: int) -> Path:
    """Where the stand-in of this scale and seed lies, made or not."""
    name = f"stand-in-v{VERSION}-{scale}" + ("" if seed == DEFAULT_SEED else f"-{seed}")
    return assets_home() / name


def read_manifest(root: Path) -> Manifest:
    """The manifest of an asset folder; AssetError when it is missing, damaged or incomplete."""
    try:
        manifest = Manifest.model_validate_json((root / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise AssetError(f"{root} is no complete asset folder.", what_to_do=GET_SOME) from error
    for file in manifest.files:
        path = root / file.path
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise AssetError(
                f"{path} is missing or has another size than when it was made.",
                what_to_do=f"Delete {root} and make or fetch it again.",
            )
    return manifest


def whole(root: Path) -> bool:
    """Whether the folder is there with all its files at their sizes."""
    try:
        read_manifest(root)
    except AssetError:
        return False
    return True


def open_store(root: Path, progress: Progress = silent) -> AssetStore:
    """The asset folder as a store. Describes the weights first where that was not done yet."""
    manifest = read_manifest(root)
    progress("describing the weights", 0.0)
    weights = root / "student" / "model" / WEIGHTS_NAME
    with lock(root.parent, f"{root.name}-description"):
        described = description(weights, root / "private")
    progress("describing the weights", 1.0)
    return AssetStore(
        root=root,
        student=root / "student",
        hidden=root / "private" / "hidden",
        weights=weights,
        base_graph=described / "base_graph.json",
        fingerprints=described / "fingerprints.json",
        record=manifest.record,
        hidden_kind=manifest.hidden_kind,
        recipe_epochs=manifest.recipe_epochs,
    )


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def seal(root: Path, *, kind: Literal["original", "stand-in"], scale: str, hidden_kind: str,
         recipe_epochs: int, seed: int | None = None,
         versions: dict[str, str] | None = None) -> None:  # fmt: skip
    """Write the manifest of a finished folder. Its sha256 covers every path and every byte."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    files = tuple(
        File(path=path.relative_to(root).as_posix(), bytes=path.stat().st_size,
             sha256=sha256_of(path))
        for path in paths
    )  # fmt: skip
    listing = json.dumps([[file.path, file.sha256] for file in files], separators=(",", ":"))
    splits = {
        "train": root / "student" / "train",
        "validation": root / "student" / "validation",
        "hidden": root / "private" / "hidden",
    }
    counts = {
        split: {name: sum(1 for _ in (folder / name).iterdir()) for name in CLASSES}
        for split, folder in splits.items()
    }
    sha256 = hashlib.sha256(listing.encode()).hexdigest()
    manifest = Manifest(
        record=Assets(kind=kind, scale=scale, sha256=sha256, counts=counts),
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
