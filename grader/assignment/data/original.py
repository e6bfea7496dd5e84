"""The original data and weights: fetched, unpacked, laid out as an asset folder."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from grader.assignment.data.download import Source, download
from grader.assignment.data.store import (
    CLASSES,
    WEIGHTS_NAME,
    AssetStore,
    Progress,
    assets_home,
    lock,
    need_disk,
    open_store,
    seal,
    sha256_of,
    silent,
    whole,
)
from grader.records import AssetError, building, link_or_copy, unpack_checked

STORAGE = "https://storage.googleapis.com"
TRAINING = Source(
    "horse-or-human.zip",
    (
        f"{STORAGE}/tensorflow-1-public/course2/week3/horse-or-human.zip",
        "https://download.tensorflow.org/data/horse-or-human.zip",
        f"{STORAGE}/laurencemoroney-blog.appspot.com/horse-or-human.zip",
    ),
    149_574_867,
    "sha256:e2e6f70d3d549c5dd10a57165e55af253ee66ad750403f95c0fb76bb943633a9",
)
VALIDATION = Source(
    "validation-horse-or-human.zip",
    (
        f"{STORAGE}/tensorflow-1-public/course2/week3/validation-horse-or-human.zip",
        "https://download.tensorflow.org/data/validation-horse-or-human.zip",
        f"{STORAGE}/laurencemoroney-blog.appspot.com/validation-horse-or-human.zip",
    ),
    11_480_187,
    "sha256:ae5fff2f4f5554791f05358108e2e05d9801b191f1896ea101402f0e7f6c32c0",
)
WEIGHTS = Source(
    WEIGHTS_NAME,
    (
        f"{STORAGE}/tensorflow/keras-applications/inception_v3/{WEIGHTS_NAME}",
        f"{STORAGE}/mledu-datasets/{WEIGHTS_NAME}",
    ),
    87_910_968,
    "md5:bcbd6486424b2319ff4ef7d526e38f63",
)
"""Sizes and checksums: TensorFlow Datasets' checksum list; for the weights Keras's own md5."""
RECIPE_EPOCHS = 5
"""The course's own training passes 0.95 on validation within three epochs; two to spare."""
HELD_BACK_SHARE = 0.5
IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
NEEDED_BYTES = 450_000_000


def fetch_data(progress: Progress = silent, hidden: Path | None = None) -> AssetStore:
    """The original data and weights from their public addresses; downloads are kept.

    `hidden` is the instructor's folder of hidden images, one sub-folder a class; without it a part
    of the validation images is held back from the students' side.
    """
    home = assets_home()
    images = list(_hidden_images(hidden)) if hidden is not None else []
    root = home / f"original-{f'instructor-{_fingerprint(images)}' if images else 'held-back'}"
    with lock(home, "original", progress):
        if whole(root):
            os.utime(root / "assets.json")  # the one fetched last is the one that is found
        else:
            _assemble(root, images, progress)
    return open_store(root, progress)


def _assemble(root: Path, images: list[tuple[str, Path]], progress: Progress) -> None:
    downloads = root.parent / "downloads"
    fetched = {
        source: download(source, downloads, progress=partial(progress, f"fetching {source.name}"))
        for source in (WEIGHTS, VALIDATION, TRAINING)
    }
    need_disk(root.parent, NEEDED_BYTES)
    with building(root) as folder:
        student = folder / "student"
        _unpack_split(fetched[TRAINING], student / "train", folder / "unpacked")
        _unpack_split(fetched[VALIDATION], student / "validation", folder / "unpacked")
        (student / "model").mkdir()
        link_or_copy(fetched[WEIGHTS], student / "model" / WEIGHTS_NAME)
        hidden = folder / "private" / "hidden"
        for kind in CLASSES:
            (hidden / kind).mkdir(parents=True)
        for kind, path in images:
            shutil.copyfile(path, hidden / kind / path.name)
        if not images:
            hold_back(student / "validation", hidden)
        seal(
            folder,
            kind="original",
            scale="full",
            hidden_kind="instructor's folder" if images else "held back from validation",
            recipe_epochs=RECIPE_EPOCHS,
        )


def _unpack_split(archive: Path, target: Path, scratch: Path) -> None:
    """Unpack and keep the class folders, wherever in the archive they lie."""
    unpack_checked(archive, scratch)
    for kind in CLASSES:
        folders = sorted(path for path in scratch.rglob(kind) if path.is_dir())
        if not folders:
            raise AssetError(f"{archive.name} has no folder {kind!r}.")
        target.mkdir(parents=True, exist_ok=True)
        folders[0].rename(target / kind)
    shutil.rmtree(scratch)


def hold_back(validation: Path, hidden: Path) -> None:
    """Move a fixed half of each class out of validation, chosen by the images' own bytes."""
    for kind in CLASSES:
        images = sorted((validation / kind).iterdir(), key=sha256_of)
        for image in images[: round(len(images) * HELD_BACK_SHARE)]:
            image.rename(hidden / kind / image.name)


def _hidden_images(folder: Path) -> Iterator[tuple[str, Path]]:
    """(class, image). AssetError unless each class has images and nothing else."""
    for kind in CLASSES:
        images = sorted(path for path in (folder / kind).glob("[!.]*") if path.is_file())
        if not images:
            raise AssetError(
                f"{folder} has no images in a sub-folder {kind!r}.",
                what_to_do=f"It must have one sub-folder of images a class: {', '.join(CLASSES)}.",
            )
        for path in images:
            with path.open("rb") as stream:
                if not stream.read(8).startswith(IMAGE_STARTS):
                    raise AssetError(f"{path} is neither a PNG nor a JPEG image.")
            yield kind, path


def _fingerprint(images: list[tuple[str, Path]]) -> str:
    lines = "".join(f"{kind}/{path.name} {sha256_of(path)}\n" for kind, path in images)
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
