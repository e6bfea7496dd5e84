"""Arrays on the host: headers before data, nothing unpickled, nothing huge, labels that fit."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from grader.assignment.data import arrays
from grader.assignment.data_tables import Split
from grader.records import AssetError

SPLIT = Split(arrays="a.npz", inputs="x", labels="y")


def saved(path: Path, **named: object) -> Path:
    np.savez(path, **named)  # type: ignore[arg-type]
    return path


def npy(array: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array), allow_pickle=True)
    return stream.getvalue()


def test_headers_tell_shape_and_kind(tmp_path: Path) -> None:
    """Also of a compressed file."""
    path = tmp_path / "a.npz"
    np.savez_compressed(path, x=np.zeros((5, 8, 8), "float32"), y=np.arange(5))
    there = arrays.headers(path)
    assert there["x"] == arrays.Header((5, 8, 8), "f", 5 * 64 * 4)
    assert (there["y"].shape, there["y"].kind) == ((5,), "i")
    assert arrays.row_shape(path, SPLIT) == (8, 8)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No zip, no array in it, an array that is cut off, a header that never ends."""
    path = tmp_path / "a.npz"
    path.write_bytes(b"no zip")
    with pytest.raises(AssetError, match="no file of arrays"):
        arrays.headers(path)
    whole = npy(np.zeros(100))
    endless = b"\x93NUMPY\x02\x00" + (2**24).to_bytes(4, "little") + b"{" * 20_000
    for raw in (b"no array", whole[:200], endless, b""):
        with zipfile.ZipFile(path, "w") as opened:
            opened.writestr("x.npy", raw)
        with pytest.raises(AssetError, match="no file of arrays"):
            arrays.headers(path)


def test_nothing_is_unpickled_and_nothing_is_huge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects are refused by their header; too many bytes or arrays before any is read."""
    path = saved(tmp_path / "a.npz", x=np.array([{}, {}], dtype=object), y=np.arange(2))
    with pytest.raises(AssetError, match="has the shape"):
        arrays.read_split(path, SPLIT, 2, "key")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("x.npy", npy(np.zeros(10**6)))
    monkeypatch.setattr(arrays, "MAX_BYTES", 10**6)
    with pytest.raises(AssetError, match="its arrays have more"):
        arrays.headers(path)
    saved(path, **{f"a{number}": np.zeros(1) for number in range(65)})
    with pytest.raises(AssetError, match="more than 64 arrays"):
        arrays.headers(path)


@pytest.mark.parametrize(
    ("inputs", "labels", "words"),
    [
        (np.zeros((3, 2)), np.arange(4), "each of the 3 rows"),
        (np.zeros((3, 2)), np.zeros((3, 3), int), "one whole number"),
        (np.zeros((3, 2)), np.zeros(3), "one whole number"),
        (np.zeros((3, 2)), np.array([0, 1, 2]), "labels from 0 to 2"),
        (np.zeros((3, 2)), np.array([-1, 0, 1]), "labels from -1"),
        (np.zeros(3), np.array([0, 1, 1]), "rows × 1 to 3 dimensions"),
        (np.zeros((0, 2)), np.zeros(0, int), "has the shape"),
        (np.array([[1.0], [np.inf], [0.0]]), np.array([0, 1, 1]), "no numbers"),
    ],
)
def test_what_does_not_fit_is_named_with_its_key(
    tmp_path: Path, inputs: object, labels: object, words: str
) -> None:
    """Rows, labels and classes belong together."""
    path = saved(tmp_path / "a.npz", x=inputs, y=labels)
    with pytest.raises(AssetError, match=r"^data\.toml: splits\.train: ") as raised:
        arrays.counted(path, SPLIT, ("a", "b"), "data.toml: splits.train")
    assert words in str(raised.value)


def test_equal_arrays_are_equal_bytes(tmp_path: Path) -> None:
    """No time stamps, whatever the layout in memory."""
    values = np.arange(12.0).reshape(3, 4)
    arrays.write_arrays(tmp_path / "a.npz", {"x": values})
    arrays.write_arrays(tmp_path / "b.npz", {"x": np.asfortranarray(values)})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz", allow_pickle=False) as opened:
        assert np.array_equal(opened["x"], values)


def test_labels_are_given_to_the_next_class(tmp_path: Path) -> None:
    """The last to the first; inputs and other arrays stay, types too."""
    path = saved(
        tmp_path / "a.npz", x=np.eye(3), y=np.array([0, 1, 2], "uint8"), z=np.array([0, 2, 2])
    )
    arrays.relabel(path, [SPLIT], tmp_path / "b.npz", 3)
    with np.load(tmp_path / "b.npz") as made:
        assert made["y"].tolist() == [1, 2, 0]
        assert made["y"].dtype == np.uint8
        assert np.array_equal(made["x"], np.eye(3))
        assert made["z"].tolist() == [0, 2, 2]


def test_numpy_waits_until_it_is_asked_for() -> None:
    """The face of the room and its module load without it."""
    code = "import sys, grader.assignment.data.arrays; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
