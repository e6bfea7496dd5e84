"""Whether weights stand in a file already: compared byte by byte."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "grader" / "inside"))

import export


@pytest.mark.parametrize("sizes", [(8, 4, 12), (3, 8, 5), (4, 2, 6), (1,), (4,)])
def test_a_changed_byte_is_seen(sizes: tuple[int, ...], tmp_path: Path) -> None:
    """One that differs anywhere, also where blocks begin at odd places, or a longer file."""
    dice = np.random.default_rng(3)
    blocks = [dice.integers(0, 256, size, "uint8") for size in sizes]
    whole, path = b"".join(block.tobytes() for block in blocks), tmp_path / "weights"
    path.write_bytes(whole)
    assert export._holds(path, blocks, len(whole))
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not export._holds(path, blocks, len(whole)), place
    path.write_bytes(whole + b"x")
    assert not export._holds(path, blocks, len(whole))
