"""What crosses the wire, as bytes that we wrote: requests, replies, run folders, data.

Nothing that a student's code wrote is ever unpickled. A run folder comes back as an archive of
files with expected names, and is unpacked within bounds before it is read as hostile as on one
machine. Data go to a worker as one archive, in pieces, under the hash of its bytes.
"""

import hashlib
import io
import json
import re
import secrets
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import fsspec

from grader.assignment import Assignment
from grader.assignment.data import AssetStore, lay_out_hidden, sha256_of
from grader.intake import Notebook
from grader.records import (
    AssetError,
    Assets,
    Bounds,
    Cache,
    GraderError,
    Lacking,
    Limits,
    Record,
    Run,
    SandboxError,
    Submission,
    building,
    home,
    locked,
    scratch,
    unpack_checked,
    write_atomically,
    write_zip,
)

PIECE_BYTES = 4 << 20
LEFT = ("run.json", "executed.ipynb", "console.log")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
"""Of what a run leaves in `out/`; nothing else is ever read there."""
MAX_FILES = 200
SMALL_BYTES = 16 << 20
"""Above it an archive is mostly numbers, which hardly shrink."""
BESIDE_MB = 256
"""A run folder's notebook and console, beside what the limits let it leave."""
OF_DATA = Bounds(entries=2_000_000, total_bytes=1 << 40, file_bytes=1 << 40, depth=12, ratio=2_000)
"""Data are our own; their hash is checked before they are unpacked."""
STORE, STUDENT, INPUTS = "store.json", "student", "inputs"


class UnitOrder(Record):
    """What every unit is told. The assignment comes without its checks: judging is the client's."""

    edition: str
    """Of the grader and the packages that decide numbers, see `edition`."""
    assignment: str
    """JSON, see `assignment_json`."""
    data: str
    """sha256 of the archive of its data."""
    shared: str = ""
    """Folder or address where archives are left; "": they come back over the wire."""


class RunOrder(UnitOrder):
    """Run a notebook."""

    submission: Submission
    notebook: Notebook
    asked: Any
    """The hidden inputs, plain JSON."""
    training: Literal["recipe", "notebook", "relabelled"]
    keras: Literal["", "2", "3"]
    earlier: Run | None = None
    lacking: tuple[Lacking, ...] = ()


class MeasureOrder(UnitOrder):
    """Do one task of the measuring sandbox."""

    task: str
    """JSON of a `measure.Order`."""


class Reply(Record):
    """What a worker answers, in front of the archive."""

    worker: str
    """Its address."""
    tier: str = ""
    lacks: bool = False
    """It has not got the data yet: to be sent, and asked again."""
    fault: str = ""
    """Why there is nothing else."""
    kind: Literal["", "ours", "edition", "not_measurable", "not_rebuilt"] = ""
    left: str = ""
    """Name of the archive in the shared folder."""
    sha256: str = ""
    """Of that archive."""

    def framed(self, archive: bytes = b"") -> bytes:
        header = self.model_dump_json().encode()
        return struct.pack(">I", len(header)) + header + archive

    @classmethod
    def parse(cls, framed: bytes) -> tuple[Self, bytes]:
        """The reply and the archive behind it. SandboxError for anything else."""
        try:
            (size,) = struct.unpack_from(">I", framed)
            return cls.model_validate_json(framed[4 : 4 + size]), framed[4 + size :]
        except (struct.error, ValueError) as problem:
            raise SandboxError("A worker answered something that is no reply.") from problem


def assignment_json(assignment: Assignment) -> str:
    return assignment.model_dump_json(
        by_alias=True, exclude={"checks", "folder"}, exclude_defaults=True
    )


def assignment_from(text: str, folder: Path) -> Assignment:
    """The assignment as a worker needs it: it cannot judge."""
    return Assignment.model_validate({**json.loads(text), "checks": {}, "folder": folder})


# --- run folders


def packed(folder: Path) -> bytes:
    """The run folder, without what is no regular file of an expected name."""
    files: dict[str, bytes | Path] = {name: folder / name for name in LEFT}
    if (folder / "out").is_dir() and not (folder / "out").is_symlink():
        names = sorted(path.name for path in (folder / "out").iterdir())
        wanted = [name for name in names if NAME.fullmatch(name)][:MAX_FILES]
        files |= {f"out/{name}": folder / "out" / name for name in wanted}
    return _zipped({name: path for name, path in files.items() if _is_plain(path)})


def packed_all(folder: Path) -> bytes:
    """Every file of a folder in which only our own programs have written."""
    return _zipped({path.name: path for path in folder.iterdir() if _is_plain(path)})


def _is_plain(path: bytes | Path) -> bool:
    return isinstance(path, Path) and path.is_file() and not path.is_symlink()


def _zipped(files: dict[str, bytes | Path]) -> bytes:
    stream = io.BytesIO()
    total = sum(path.stat().st_size for path in files.values() if isinstance(path, Path))
    write_zip(stream, files.items(), smaller=total < SMALL_BYTES)
    return stream.getvalue()


def unpacked(archive: bytes, folder: Path, limits: Limits) -> None:
    """Take a run folder out of its archive, instead of what an earlier run left in `folder`.
    SandboxError for what does not fit the bounds."""
    for name in ("in", "out"):
        shutil.rmtree(folder / name, ignore_errors=True)
    with scratch("unit", within=folder) as fresh:
        _take_out(archive, fresh, limits)
        for name in LEFT:
            (folder / name).unlink(missing_ok=True)
            if (fresh / "files" / name).is_file():
                (fresh / "files" / name).rename(folder / name)
        if (fresh / "files" / "out").is_dir():
            (fresh / "files" / "out").rename(folder / "out")


def unpacked_all(archive: bytes, folder: Path, limits: Limits) -> None:
    """The same of what our own programs left."""
    with scratch("unit", within=folder) as fresh:
        _take_out(archive, fresh, limits)
        for path in (fresh / "files").iterdir():
            path.rename(folder / path.name)


def _take_out(archive: bytes, fresh: Path, limits: Limits) -> None:
    bounds = Bounds(
        entries=MAX_FILES + len(LEFT),
        total_bytes=(limits.disk_mb + BESIDE_MB) << 20,
        file_bytes=max(limits.file_mb, BESIDE_MB) << 20,
        depth=2,
        ratio=2_000,
    )
    (fresh / "archive.zip").write_bytes(archive)
    try:
        unpack_checked(fresh / "archive.zip", fresh / "files", bounds)
    except AssetError as problem:
        raise SandboxError(f"What a worker sent back was refused: {problem.message}") from problem


def left_at(shared: str, archive: bytes) -> tuple[str, str]:
    """Leave an archive in the shared folder or store: (its name there, its sha256). GraderError
    where that fails."""
    sha256 = hashlib.sha256(archive).hexdigest()
    name = f"{secrets.token_hex(16)}.zip"
    try:
        with fsspec.open(f"{shared.rstrip('/')}/{name}", "wb", auto_mkdir=True) as stream:
            stream.write(archive)
    except (OSError, ValueError, ImportError) as problem:
        raise GraderError(f"{shared} could not be written to: {problem}.") from problem
    return name, sha256


def taken_from(shared: str, name: str, sha256: str) -> bytes:
    """Read it and remove it there. SandboxError for what is not what was left."""
    if not NAME.fullmatch(name):
        raise SandboxError("A worker named an archive that is none.")
    address = f"{shared.rstrip('/')}/{name}"
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
        archive = bytes(filesystem.cat_file(path))
        filesystem.rm_file(path)
    except (OSError, ValueError, ImportError) as problem:
        raise SandboxError(f"{address} could not be read: {problem}.") from problem
    if hashlib.sha256(archive).hexdigest() != sha256:
        raise SandboxError(f"{address} is not what its worker left there.")
    return archive


# --- data


class StoreTable(Record):
    """`store.json` of the data that a worker has."""

    record: Assets
    hidden_kind: str
    recipe_epochs: int
    weights: str = ""
    """Below `student/`."""


def data_archive(assignment: Assignment, assets: AssetStore, cache: Cache) -> Path:
    """What workers need of the data: the students' side, and hidden inputs under numbers. Labels
    are not in it. Made once for equal data."""
    declared = assignment.data.model_dump(mode="json", exclude={"stand_in", "sources"})
    key = {"assets": assets.record.sha256, "data": declared, "hidden": assets.hidden_kind}

    def make(folder: Path) -> None:
        table = StoreTable(
            record=assets.record,
            hidden_kind=assets.hidden_kind,
            recipe_epochs=assets.recipe_epochs,
            weights=str(assets.weights.relative_to(assets.student)) if assets.weights else "",
        )
        files: dict[str, bytes | Path] = {STORE: table.model_dump_json().encode()}
        inputs = folder / INPUTS
        inputs.mkdir()
        if assignment.data.hidden is not None and assignment.recipe is not None:
            lay_out_hidden(assignment, assets, inputs)
        for name, root in ((STUDENT, assets.student), (INPUTS, inputs)):
            files |= {f"{name}/": b""}
            found = (path for path in root.rglob("*") if path.is_file())
            files |= {f"{name}/{path.relative_to(root).as_posix()}": path for path in found}
        write_zip(folder / "data.zip", files.items(), smaller=False)
        shutil.rmtree(inputs)
        sha256 = sha256_of(folder / "data.zip")
        write_atomically(folder / "sha256", sha256.encode(), lasting=False)

    return cache.get_or_make("cluster-data", key, make)[0]


def pieces(archive: Path, offset: int) -> Iterator[bytes]:
    """The rest of a file from there on."""
    with archive.open("rb") as stream:
        stream.seek(offset)
        while piece := stream.read(PIECE_BYTES):
            yield piece


def data_home() -> Path:
    """Where a worker keeps the data that clients sent: apart from the assets of its machine, which
    have labels."""
    return home() / "cluster"


def known_data(sha256: str) -> Path | None:
    folder = data_home() / sha256
    return folder if (folder / STORE).is_file() else None


def took_piece(sha256: str, offset: int, piece: bytes) -> int:
    """Add a piece where it fits; how many bytes are there now, −1 when all is in place. AssetError
    when the whole is not what its hash says: then it begins anew."""
    if known_data(sha256):
        return -1
    part = data_home() / f"{sha256}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    with locked(part):
        size = part.stat().st_size if part.exists() else 0
        if piece and offset == size:
            with part.open("ab") as stream:
                stream.write(piece)
            size += len(piece)
        return size


def sealed(sha256: str) -> None:
    """Unpack what has come whole. AssetError when it is not what its hash says."""
    part = data_home() / f"{sha256}.part"
    with locked(part):
        if known_data(sha256):
            return
        if not part.is_file() or sha256_of(part) != sha256:
            part.unlink(missing_ok=True)
            raise AssetError("Data came with another hash than they were announced with.")
        with building(data_home() / sha256) as folder:
            unpack_checked(part, folder / "files", OF_DATA)
            for path in (folder / "files").iterdir():
                path.rename(folder / path.name)
        part.unlink()


def store_at(folder: Path) -> AssetStore:
    """The data that a worker has. There is no hidden split and nothing about the weights."""
    table = StoreTable.model_validate_json((folder / STORE).read_bytes())
    student = folder / STUDENT
    return AssetStore(
        root=folder, student=student, hidden=folder / INPUTS,
        weights=student / table.weights if table.weights else None,
        base_graph=None, fingerprints=None, record=table.record,
        hidden_kind=table.hidden_kind, recipe_epochs=table.recipe_epochs,
    )  # fmt: skip
