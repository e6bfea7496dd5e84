"""The hidden split: who gives it, how it is put in place, how its inputs go without labels."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.assignment.data import arrays
from grader.assignment.data.store import AssetStore, sha256_of
from grader.assignment.data_vetting import DATA
from grader.assignment.folder import Assignment
from grader.records import AssetError

GIVEN = "instructor's folder"
IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True)
class Given:
    """A hidden split that an instructor brought: looked at, and ready to be put in place."""

    fingerprint: str
    put: Callable[[Path], None]
    """Writes it to its place in an asset folder, instead of what is there."""


def look_at(path: Path, assignment: Assignment) -> Given:
    """The instructor's folder of images, or `.npz` file. AssetError says what it must be like."""
    split, classes = assignment.data.hidden, assignment.data.classes
    if split is None:
        raise AssetError(f"{assignment.slug} has no hidden data: see [splits] in its {DATA}.")
    hidden = f"private/{split.path}"
    if split.arrays:
        if not path.is_file():
            raise AssetError(
                f"{path} is no file of arrays.",
                what_to_do=f"Name an .npz file with {split.inputs!r} and {split.labels!r}.",
            )
        inputs, labels = arrays.read_split(path, split, len(classes), str(path))
        given = {split.inputs: inputs, split.labels: labels}
        return Given(
            arrays.fingerprint(path, split), lambda data: arrays.write_arrays(data / hidden, given)
        )
    images = _images(path, classes)

    def put(data: Path) -> None:
        shutil.rmtree(data / hidden, ignore_errors=True)
        for kind, image in images:
            (data / hidden / kind).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(image, data / hidden / kind / image.name)

    lines = "".join(f"{kind}/{image.name} {sha256_of(image)}\n" for kind, image in images)
    return Given(hashlib.sha256(lines.encode()).hexdigest()[:12], put)


def hold_back(root: Path, assignment: Assignment) -> None:
    """Move a fixed share of each class of a split that students see to the instructor's side,
    chosen by the inputs' own bytes. AssetError where `data.toml` names no such split."""
    table, original = assignment.data, assignment.data.original
    if table.hidden is None:
        return
    split = table.shown.get(original.hold_back)
    if split is None:
        raise AssetError(
            f"{assignment.slug} publishes no hidden data, and none are held back.",
            what_to_do="Name your own with --hidden.",
        )
    shown, hidden = root / "student" / split.path, root / "private" / table.hidden.path
    if split.arrays:
        arrays.hold_back_rows(
            shown, split, hidden, table.hidden, classes=len(table.classes), share=original.share,
            key=f"{assignment.slug}/{DATA}: splits.{original.hold_back}",
        )  # fmt: skip
        return
    for kind in table.classes:
        (hidden / kind).mkdir(parents=True)
        images = sorted((shown / kind).iterdir(), key=sha256_of)
        for image in images[: round(len(images) * original.share)]:
            image.rename(hidden / kind / image.name)


def show_as_hidden(student: Path, assignment: Assignment, folder: Path) -> Path:
    """Data that students see, where the hidden split would be: an estimate at their desk. The split
    that is held back from, else the last one. Arrays are written to `folder`."""
    table = assignment.data
    split = table.shown[table.original.hold_back or [*table.shown][-1]]
    if table.hidden is None or split.images:
        return student / split.path
    target = folder / table.hidden.path
    if not target.is_file():
        inputs, labels = arrays.read_split(
            student / split.path, split, len(table.classes), str(student / split.path)
        )
        arrays.write_arrays(target, {table.hidden.inputs: inputs, table.hidden.labels: labels})
    return target


def lay_out_hidden(assignment: Assignment, assets: AssetStore, folder: Path) -> dict[str, int]:
    """Write the hidden inputs into `folder` under names that tell nothing; name → label. Images go
    to `images/`; arrays to `hidden.npy`, whose rows are named "0", "1", … AssetError for an image
    that is there twice."""
    split, classes = assignment.data.hidden, assignment.data.classes
    if split is None:
        raise AssetError(f"{assignment.slug} has no hidden data: see [splits] in its {DATA}.")
    if not assets.hidden.is_dir():
        return arrays.lay_out_rows(assets.hidden, split, folder, len(classes))
    labels: dict[str, int] = {}
    (folder / "images").mkdir()
    for label, kind in enumerate(classes):
        for path in sorted((assets.hidden / kind).iterdir()):
            name = hashlib.sha256(path.read_bytes()).hexdigest() + path.suffix.lower()
            if name in labels:
                raise AssetError(f"The hidden image {path} is there twice.")
            labels[name] = label
            shutil.copyfile(path, folder / "images" / name)
    return labels


def _images(folder: Path, classes: tuple[str, ...]) -> list[tuple[str, Path]]:
    """(class, image) of a folder of hidden images. AssetError unless each class has images and
    nothing else."""
    images: list[tuple[str, Path]] = []
    for kind in classes:
        paths = sorted(path for path in (folder / kind).glob("[!.]*") if path.is_file())
        if not paths:
            raise AssetError(
                f"{folder} has no images in a sub-folder {kind!r}.",
                what_to_do=f"It must have one sub-folder of images a class: {', '.join(classes)}.",
            )
        for path in paths:
            with path.open("rb") as stream:
                if not stream.read(8).startswith(IMAGE_STARTS):
                    raise AssetError(f"{path} is neither a PNG nor a JPEG image.")
        images += [(kind, path) for path in paths]
    return images
