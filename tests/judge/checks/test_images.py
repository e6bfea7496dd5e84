"""Painted images tell what a data function delivers, however it was made."""

from __future__ import annotations

from typing import Any

import pytest
from checks_samples import OF_THE_DATA, share
from evidence_samples import data_answer, part, with_answer

DATA: dict[str, tuple[Any, Any, dict[str, float]]] = {
    "right": (part("train"), part("validation"), {}),
    "scaled": (part("train", scale=1 / 255), part("validation", scale=1 / 255), {}),
    "swapped": (part("validation"), part("train"), {"train-data": 0, "validation-data": 0}),
    "twice the training": (part("train"), part("train"), {"validation-data": 0}),
    "batch 16": (part("train", batch=16), part("validation"), {"batch-and-size": 0.5}),
    "180 pixels": (part("train", side=180), part("validation"), {"batch-and-size": 0.5}),
    "part left out": (
        part("train") | {"images": part("train")["images"][:70]}, part("validation"),
        {"train-data": 0.5},
    ),
    "one-hot": (
        part("train") | {"images": [[*row[:2], [1.0, 0.0]] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "no labels": (part("train") | {"labelled": False}, part("validation"), {"labels": 0}),
    "all the same label": (
        part("train") | {"images": [[*row[:2], 1] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "elsewhere": (
        part("train") | {"images": [[[3.0, 0.0, 9.0], 50.0, 1] for _ in range(90)]},
        part("validation"), {"train-data": 0, "labels": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DATA)
def test_data(case: str) -> None:
    """The colours that come out tell which images were read, and each mistake costs its own."""
    train, validation, expected = DATA[case]
    seen = with_answer("train_val_datasets", data_answer(train, validation))
    assert {one: share(one, seen) for one in OF_THE_DATA} == {
        one: expected.get(one, 1) for one in OF_THE_DATA
    }
