"""Tar archives that were handed in: unpacked within the bounds of a zip, hostile ones refused."""

from __future__ import annotations

import errno
import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader.records import ARCHIVES, GraderError, IntakeError, archives, unpack
from grader.records.zips import FIRST_BYTES, Bounds

MODES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tbz2": "w:bz2",
         ".tar.xz": "w:xz", ".txz": "w:xz"}  # fmt: skip


def packed(path: Path, *entries: tuple[str | tarfile.TarInfo, bytes]) -> Path:
    """An archive of these entries, packed as the ending says."""
    ending = next(each for each in sorted(MODES, key=len, reverse=True) if path.name.endswith(each))
    with tarfile.open(path, MODES[ending]) as archive:  # type: ignore[call-overload]
        for name, data in entries:
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.parametrize("ending", MODES)
def test_what_is_handed_in_is_taken_out(ending: str, tmp_path: Path) -> None:
    """Of every packing; hidden files and programs stay in, of pictures all but a glimpse."""
    path = packed(
        tmp_path / f"work{ending}",
        ("week/a.ipynb", b"{}"), ("week\\b.py", b"x"), ("notes.pdf", b"%PDF"), ("in.zip", b"PK"),
        ("week/._a.ipynb", b"mac"), (".ipynb_checkpoints/a.ipynb", b"old"), ("Thumbs.db", b"?"),
        ("__MACOSX/b.ipynb", b"mac"), ("run.exe", b"MZ"), ("photo.png", b"p" * 5000),
        ("10:30.ipynb", b"?"), ("Week 3: lab/b:c.py", b"?"),
    )  # fmt: skip
    unpack(path, tmp_path / "out")
    found = {f.relative_to(tmp_path / "out").as_posix() for f in (tmp_path / "out").rglob("*.*")}
    named = {"10_30.ipynb", "Week 3_ lab/b_c.py"}
    assert found == {"week/a.ipynb", "week/b.py", "notes.pdf", "in.zip", "photo.png"} | named
    assert (tmp_path / "out" / "photo.png").stat().st_size == FIRST_BYTES
    assert ending in ARCHIVES


@pytest.mark.parametrize(
    "name",
    ["../a.ipynb", "/a.ipynb", "x/../../a.ipynb", "C:/a.ipynb", "..\\a.ipynb", "//a.ipynb"],
)
def test_what_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    """Nothing is written anywhere."""
    path = packed(tmp_path / "a.tar", (name, b"{}"))
    with pytest.raises(IntakeError, match="leaves the archive"):
        unpack(path, tmp_path / "in" / "out")
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == [path]


@pytest.mark.parametrize(
    "entry",
    [
        special("a.ipynb", tarfile.SYMTYPE, "/etc/passwd"),
        special("a.ipynb", tarfile.LNKTYPE, "../secret"),
        special("a.ipynb", tarfile.FIFOTYPE),
        special("a.ipynb", tarfile.CHRTYPE),
    ],
)
def test_links_and_devices_are_refused(entry: tarfile.TarInfo, tmp_path: Path) -> None:
    """A name that would be read later must be a file of its own."""
    with pytest.raises(IntakeError, match="link or leaves"):
        unpack(packed(tmp_path / "a.tar.gz", (entry, b"")), tmp_path / "out")


def test_a_folder_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    """`x` leads out, `x/a.ipynb` would be written through it: `x` is never made."""
    path = packed(
        tmp_path / "a.tar",
        (special("x", tarfile.SYMTYPE, str(tmp_path)), b""), ("x/a.ipynb", b"{}"),
    )  # fmt: skip
    unpack(path, tmp_path / "out")
    assert not (tmp_path / "a.ipynb").exists()
    assert (tmp_path / "out" / "x" / "a.ipynb").read_bytes() == b"{}"


def test_bombs_and_broken_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before their bytes are read."""
    monkeypatch.setattr(archives, "HANDED_IN", Bounds(entries=3, small_bytes=1000, ratio=10))
    many = packed(tmp_path / "many.tar", *((f"{number}.py", b"") for number in range(4)))
    with pytest.raises(IntakeError, match="too large"):
        unpack(many, tmp_path / "one")
    with pytest.raises(IntakeError, match="times its size"):
        unpack(packed(tmp_path / "bomb.tar.gz", ("a.py", bytes(1_000_000))), tmp_path / "two")
    whole = packed(tmp_path / "cut.tar.gz", ("a.py", os.urandom(5000))).read_bytes()
    for number, data in enumerate(
        (b"no archive", b"", whole[: len(whole) // 2], b"\x1f\x8b" + whole)
    ):
        (tmp_path / "broken.tgz").write_bytes(data)
        with pytest.raises(IntakeError, match="can be read"):
            unpack(tmp_path / "broken.tgz", tmp_path / f"broken-{number}")


def test_a_full_disk_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's archive is called damaged for it."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("grader.records.archives.write_entry", full)
    path = packed(tmp_path / "a.tar.gz", ("a.ipynb", b"{}"))
    with pytest.raises(GraderError, match=r"a.tar.gz .* the disk is full") as raised:
        unpack(path, tmp_path / "out")
    assert not isinstance(raised.value, IntakeError)


@pytest.mark.parametrize("name", ["x" * 300 + ".ipynb", "\u672c" * 100 + "/a.ipynb"])
@pytest.mark.parametrize("ending", [".tar", ".zip"])
def test_a_long_name_is_shortened(name: str, ending: str, tmp_path: Path) -> None:
    """In the archive of a class it must not refuse all others. Two of them stay two."""
    names = ("./", "b.ipynb", f"Ada_1_assignsubmission_file_{name}", f"Ada_1_{name}")
    if ending == ".tar":
        path = packed(tmp_path / "a.tar", *((each, b"{}") for each in names))
    else:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as opened:
            for each in names:
                opened.writestr(each, b"{}")
    unpack(path, tmp_path / "out")
    found = [file.relative_to(tmp_path / "out") for file in (tmp_path / "out").rglob("*.ipynb")]
    assert len(found) == 3
    assert any(str(file).startswith("Ada_1_assignsubmission_file_") for file in found)


def test_a_tar_of_a_folder_itself_is_unpacked(tmp_path: Path) -> None:
    """`tar -czf work.tgz .` begins with the folder."""
    folder = tarfile.TarInfo(".")
    folder.type = tarfile.DIRTYPE
    unpack(packed(tmp_path / "a.tgz", (folder, b""), ("./a.ipynb", b"{}")), tmp_path / "out")
    assert (tmp_path / "out" / "a.ipynb").is_file()


def test_a_file_in_a_file_is_the_archives_own_fault(tmp_path: Path) -> None:
    """Its owner is held; the class goes on."""
    path = packed(tmp_path / "a.tar", ("a.ipynb", b"{}"), ("a.ipynb/b.ipynb", b"{}"))
    with pytest.raises(IntakeError, match="can be read"):
        unpack(path, tmp_path / "out")


def said_without_end(kind: bytes, mb: int) -> bytes:
    """A tar whose first block says something so long about the entry behind it."""
    entry = special("././@LongLink", kind)
    entry.size = mb << 20
    return entry.tobuf(tarfile.USTAR_FORMAT) + bytes(entry.size) + bytes(1024)


def holes_without_end(mb: int) -> bytes:
    """A tar whose entry begins with so long a list of holes."""
    entry = tarfile.TarInfo("a.ipynb")
    entry.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    entry.size = mb << 20
    return entry.tobuf(tarfile.PAX_FORMAT) + b"999999999\n" + b"0\n" * (entry.size // 2)


def sparse_and_large(mb: int) -> bytes:
    """A tar whose entry says that it is small, and lies far from the next one."""
    entry = tarfile.TarInfo("a.ipynb")
    entry.pax_headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": "0"}
    entry.size = mb << 20
    return entry.tobuf(tarfile.PAX_FORMAT) + bytes(entry.size) + bytes(1024)


@pytest.mark.slow
@pytest.mark.parametrize(
    "tar",
    [
        said_without_end(tarfile.XHDTYPE, 20), said_without_end(tarfile.XGLTYPE, 20),
        said_without_end(tarfile.GNUTYPE_LONGNAME, 20), holes_without_end(20),
        sparse_and_large(20),
    ],
    ids=["table", "table-of-all", "long-name", "list-of-holes", "sparse"],
)  # fmt: skip
def test_what_is_said_of_an_entry_has_bounds_too(
    tar: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tarfile` takes all of it into memory before it tells of the entry."""
    monkeypatch.setattr(archives, "HANDED_IN", Bounds(entries=3, small_bytes=1000, ratio=10))
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(tar))
    with pytest.raises(IntakeError, match="entry without end"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "out")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_packed_in_another_way_is_refused(method: int, tmp_path: Path) -> None:
    """`zipfile` unpacks any number of bytes of these at once, whatever their directory says."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as opened:
        opened.writestr("a.ipynb", bytes(10_000))
    with pytest.raises(IntakeError, match="unusual way"):
        unpack(tmp_path / "a.zip", tmp_path / "out")
