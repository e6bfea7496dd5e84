"""Asking for images: the hidden tree lies wherever the notebook looks for its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from grader.assignment.data_tables import DataTable
from grader.inside.asking.images import ask_images
from grader.judge.checks import painted_images

KINDS = ("birch", "oak")
COUNTS = {"train": {"birch": 4, "oak": 3}, "validation": {"birch": 2, "oak": 2}}


class Folder:
    """A data set of all images of a folder, read when it is gone through."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        for label, kind in enumerate(KINDS):
            for path in sorted((self.folder / kind).iterdir()):
                with Image.open(path) as image:
                    yield np.asarray(image.convert("RGB")), np.asarray(label)


def asked_of(data: DataTable, root: str) -> dict[str, Any]:
    images = painted_images(random.Random(3), COUNTS)  # noqa: S311 - pictures, no secrets
    asked = data.where_images_lie() | {"images": images, "root": root}
    return {"functions": {"data": ["read"]}, "seconds": {"data": 20}, "data": asked}


@pytest.mark.parametrize(
    ("links", "root", "folders"),
    [
        ({"leaves": "{data}/leaves"}, "leaves", ("leaves/tr", "leaves/val")),
        ({"data": "{data}"}, "data", ("data/leaves/tr", "data/leaves/val")),
        ({"fit": "{data}/leaves/tr", "check": "{data}/leaves/val"}, "fit", ("fit", "check")),
    ],
)
def test_folders_of_any_name_and_depth_are_replaced(
    links: dict[str, str],
    root: str,
    folders: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A split need not be called as its folder, nor lie at the top of the data; and a function that
    takes folders is handed those of the hidden tree as the notebook has them."""
    data = DataTable.model_validate(
        {
            "classes": KINDS,
            "splits": {"train": {"images": "leaves/tr"}, "validation": {"images": "leaves/val"}},
            "links": links,
            "stand_in": {"scales": {"full": {}}},
        }
    )
    own, work = tmp_path / "own", tmp_path / "work"
    for split in ("tr", "val"):
        for kind in KINDS:
            (own / "leaves" / split / kind).mkdir(parents=True)
    work.mkdir()
    for link, target in links.items():
        (work / link).symlink_to(target.replace("{data}", str(own)))
    monkeypatch.chdir(work)
    monkeypatch.setenv("GRADER_DATA", str(own))

    def read() -> Any:
        return tuple(map(Folder, folders))

    def given(train: str, validation: str) -> Any:
        return Folder(train), Folder(validation)

    for function in (read, given):
        told = ask_images({"read": function}, asked_of(data, root), {})
        assert told is not None and told[1] == "ok", told
        labels = [[label for *_, label in part["images"]] for part in told[2]["hidden"]["parts"]]
        assert labels == [[0] * 4 + [1] * 3, [0, 0, 1, 1]]
    assert {path.name for path in work.iterdir()} == set(links)
