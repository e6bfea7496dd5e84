"""A model's own numbers: what is kept for them is for the very same numbers alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from grader.measure.weights import own_numbers
from grader.records import Evidence, Layer, WeightArray


def digest_of(shape: tuple[int, ...], dtype: str) -> str:
    array = WeightArray(layer="dense", name="kernel", shape=shape, dtype=dtype, sha256="0" * 64)
    evidence = cast(Evidence, SimpleNamespace(weights={"trained": (array,)}))
    layer = Layer(id="dense", kind="Dense", name="dense", parameters=8)
    taken: Any = own_numbers(evidence, [layer], "trained", Path("out"))
    return str(taken.digest)


def test_equal_bytes_of_another_form_are_other_numbers() -> None:
    """Else what was made of a spoiled model would be taken for that of an honest one."""
    digests = {digest_of((2, 4), "float32"), digest_of((4, 2), "float32"),
               digest_of((2, 4), "float64")}  # fmt: skip
    assert len(digests) == 3
    assert digest_of((2, 4), "float32") in digests
