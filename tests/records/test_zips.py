"""Archives: a plain one is unpacked, an unsafe or damaged one writes nothing."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from grader.records.errors import AssetError
from grader.records.zips import Bounds, unpack_checked, write_zip

# ---------------------------------------------------------------- archives


def archive(folder: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in entries:
            opened.writestr(name, body)
    return path


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_a_plain_archive_is_unpacked(tmp_path: Path) -> None:
    """Folders and files, byte for byte."""
    path = archive(tmp_path, ("horses/", b""), ("horses/a.png", b"1"), ("humans/b.png", b"22"))
    unpack_checked(path, tmp_path / "out")
    assert (tmp_path / "out" / "horses" / "a.png").read_bytes() == b"1"
    assert (tmp_path / "out" / "humans" / "b.png").read_bytes() == b"22"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ([("../evil", b"x")], "leads out"),
        ([("a/../../evil", b"x")], "leads out"),
        ([("/etc/evil", b"x")], "leads out"),
        ([("..\\evil", b"x")], "leads out"),
        ([("C:evil", b"x")], "leads out"),
        ([("a\nb", b"x")], "control character"),
        ([("a/b/c/d/e/f/g", b"x")], "too deep"),
        ([(link("horses"), b"/etc"), ("horses/passwd", b"x")], "link or a device"),
        ([("a.png", b"x"), ("a.png", b"y")], "two entries"),
        ([("a.png", b"x"), ("A.PNG", b"y")], "two entries"),
        ([("zeros", b"\0" * 4_000_000)], "would grow"),
        ([("large", bytes(range(256)) * 400)], "bytes, more than"),
        ([(f"f{number}", b"x") for number in range(21)], "entries, more than"),
    ],
)
def test_unsafe_archives_write_nothing(
    tmp_path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]], word: str
) -> None:
    """Paths, links, doubles and bombs are refused before the first byte is written."""
    bounds = Bounds(entries=20, file_bytes=4_000_000 if word == "would grow" else 100_000)
    with pytest.raises(AssetError, match=word):
        unpack_checked(archive(tmp_path, *entries), tmp_path / "out", bounds)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.zip"]


def test_an_archive_that_lies_about_a_size_is_stopped(tmp_path: Path) -> None:
    """Its directory says 10 bytes, its data unpacks to a million."""
    path = archive(tmp_path, ("a", b"abcdefgh" * 125_000))
    raw = bytearray(path.read_bytes())
    directory = raw.rindex(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(AssetError):
        unpack_checked(path, tmp_path / "out")
    assert sum(file.stat().st_size for file in (tmp_path / "out").rglob("*")) <= 10


@pytest.mark.parametrize("damage", ["cut", "noise", "flipped"])
def test_damaged_archives_are_told(tmp_path: Path, damage: str) -> None:
    """Never a traceback of zipfile's."""
    path = archive(tmp_path, ("a.png", bytes(range(256)) * 50))
    raw = bytearray(path.read_bytes())
    raw[60] ^= 255
    path.write_bytes({"cut": raw[:100], "noise": b"no zip at all", "flipped": raw}[damage])
    with pytest.raises(AssetError, match="damaged"):
        unpack_checked(path, tmp_path / "out")
    shutil.rmtree(tmp_path / "out", ignore_errors=True)


# ---------------------------------------------------------------- our own


@pytest.mark.parametrize("smaller", [True, False])
def test_equal_files_make_equal_archives(tmp_path: Path, smaller: bool) -> None:
    """Whatever their order, their dates and this machine's masks; modes are regular ones."""
    (tmp_path / "b").write_bytes(b"2")
    files: list[tuple[str, bytes | Path]] = [("x/a", b"1"), ("x/", b""), ("run", tmp_path / "b")]
    write_zip(tmp_path / "first.zip", files, smaller=smaller, executable={"run"})
    (tmp_path / "b").touch()
    again = io.BytesIO()
    write_zip(again, reversed(files), smaller=smaller, executable={"run"})
    assert again.getvalue() == (tmp_path / "first.zip").read_bytes()
    with zipfile.ZipFile(again) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert archive.read("run") == b"2"
    assert modes == {"run": 0o100755, "x/": 0o040755, "x/a": 0o100644}
    unpack_checked(tmp_path / "first.zip", tmp_path / "out")
    assert (tmp_path / "out" / "x" / "a").read_bytes() == b"1"
