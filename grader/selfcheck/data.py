"""Data and pretrained weights at a student's desk: those beside the notebook, else this machine's.

There are no hidden images here. Where an accuracy is asked for, the student's own validation images
stand in for them, and it is said.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from grader.assignment.data import (
    RECIPE_EPOCHS,
    SCALES,
    WEIGHTS,
    WEIGHTS_NAME,
    AssetStore,
    assets_home,
    description,
    find_data,
    lock,
    open_store,
    read_manifest,
    sha256_of,
)
from grader.records import AssetError, Assets, building, digest, home, link_or_copy

OWN = "your own validation images"
ESTIMATE = (
    f"The accuracy was measured on {OWN}: an estimate. What counts is decided on hidden images, "
    "which are not here."
)
SPLITS = ("train", "validation")
LARGE = 600
"""Training images from which on the recipe takes the epochs of the large data set."""
Say = Callable[[str], None]


def find_for(folder: Path, classes: tuple[str, ...], say: Say = lambda words: None) -> AssetStore:
    """What the notebook in `folder` works with. AssetError says what to put where.

    `hidden` of the store are the validation images: there are no others at a student's desk.
    """
    data = folder / "data"
    folders = (data / "model", folder / "model", folder)
    weights = next((f / WEIGHTS_NAME for f in folders if (f / WEIGHTS_NAME).is_file()), None)
    whole = all((data / split / kind).is_dir() for split in SPLITS for kind in classes)
    if whole and weights:
        return _own(data, weights, classes, say)
    try:
        store = find_data()
    except AssetError as problem:
        raise AssetError(
            "There are no images and weights to check with.",
            what_to_do="Put the folders `data` (with `train` and `validation`) and `model` beside "
            "the notebook, as in the course, or run `grader assets make`.",
        ) from problem
    return replace(store, hidden=store.student / "validation", hidden_kind=OWN)


def _own(data: Path, weights: Path, classes: tuple[str, ...], say: Say) -> AssetStore:
    """The student's own folders as a store."""
    sha256 = sha256_of(weights)
    student = _together(data, weights, sha256)
    counts = {
        split: {name: len(list((data / split / name).glob("[!.]*"))) for name in classes}
        for split in SPLITS
    }
    known = _known(sha256)
    large = sum(counts["train"].values()) >= LARGE
    epochs = known.recipe_epochs if known else SCALES["full" if large else "small"].recipe_epochs
    described = known.base_graph.parent if known else _described(weights, sha256, say)
    kind: Literal["original", "stand-in"] = "stand-in"
    if not WEIGHTS.problem_of(weights):
        kind, epochs = "original", RECIPE_EPOCHS
    listing = [[split, name, n] for split, names in counts.items() for name, n in names.items()]
    return AssetStore(
        root=data,
        student=student,
        hidden=student / "validation",
        weights=weights,
        base_graph=described / "base_graph.json",
        fingerprints=described / "fingerprints.json",
        record=Assets(
            kind=kind,
            scale="beside the notebook",
            sha256=digest([sha256, str(data.resolve()), listing]),
            counts=counts,
        ),
        hidden_kind=OWN,
        recipe_epochs=epochs,
    )


def _known(sha256: str) -> AssetStore | None:
    """A store of this machine with the same weights: it has them described already."""
    for manifest in assets_home().glob("*/assets.json"):
        try:
            files = read_manifest(manifest.parent).files
        except AssetError:
            continue
        if any(file.sha256 == sha256 for file in files if file.path.endswith(WEIGHTS_NAME)):
            return open_store(manifest.parent)
    return None


def _described(weights: Path, sha256: str, say: Say) -> Path:
    """Graph and fingerprints of these weights: made once, by our own code."""
    folder = home() / "selfcheck" / sha256[:16]
    with lock(folder, "description"):
        if not list(folder.glob("description-*")):
            say("Looking at the pretrained weights; this is done once.")
        return description(weights, folder)


def _together(data: Path, weights: Path, sha256: str) -> Path:
    """A folder with `train`, `validation` and `model`, as a sandbox is shown it.

    The student's `data` itself when the weights are in it, else one of hard links (or copies).
    """
    if weights.parent.parent == data:
        return data
    files = [path for split in SPLITS for path in sorted((data / split).rglob("*"))]
    listing = [[str(p), p.stat().st_size, p.stat().st_mtime_ns] for p in files if p.is_file()]
    name = digest([str(data.resolve()), sha256, listing])[:16]
    place = home() / "selfcheck" / "data" / name
    with lock(place.parent, name):
        if not place.is_dir():
            with building(place) as folder:
                for split in SPLITS:
                    shutil.copytree(data / split, folder / split, copy_function=link_or_copy)
                (folder / "model").mkdir()
                link_or_copy(weights, folder / "model" / WEIGHTS_NAME)
    return place
