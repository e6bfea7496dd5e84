"""The tables of `data.toml` as records: what data there are, where they come from, where they lie.

Paths are relative and with `/`. A path of the students' side is one below the folder that a
notebook may see; the split `hidden` lies on the instructor's side, out of its reach.
"""

import hashlib
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from grader.records import Record

HIDDEN = "hidden"
"""The split that no student's code may see."""
TOP = "."
"""The top of an archive, or the whole of the students' side."""
FULL, SMALL = "full", "small"


def _below(path: str) -> str:
    parts = path.split("/")
    odd = any(part in ("", "..") or part.startswith(".") for part in parts)
    if path != TOP and (odd or "\\" in path or ":" in path):
        raise ValueError("expected a path below a folder, with / and without ..")
    return path


def _file(path: str) -> str:
    if path == TOP:
        raise ValueError("expected the path of a file")
    return _below(path)


Below = Annotated[str, AfterValidator(_below)]
File = Annotated[str, AfterValidator(_file)]
Shape = Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=1, max_length=3)]


class Split(Record):
    """One part of the data: a folder of images with a sub-folder a class, or arrays of a file."""

    images: File = ""
    """A folder with a sub-folder for each class; or:"""
    arrays: File = ""
    """An `.npz` file. Several splits may lie in one, but not the hidden one with another."""
    inputs: str = ""
    """Name of its array of inputs, one a row."""
    labels: str = ""
    """Name of its array of labels, whole numbers from 0."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.images) == bool(self.arrays):
            raise ValueError("expected either `images` or `arrays`")
        if bool(self.arrays) != bool(self.inputs and self.labels):
            raise ValueError("`arrays` needs the names `inputs` and `labels`, `images` has none")
        if self.arrays and not self.arrays.endswith(".npz"):
            raise ValueError("`arrays` names an .npz file")
        return self

    @property
    def path(self) -> str:
        return self.images or self.arrays


class Network(Record):
    model_config = ConfigDict(populate_by_name=True)

    import_path: str = Field(alias="import", pattern=r"^keras(\.[A-Za-z_][A-Za-z0-9_]*)+$")
    """What builds it, as Keras 3 names it: `keras.applications.….Name`."""
    arguments: dict[str, Any] = {}
    """Of that function, beside `weights` and `input_shape`."""
    input_shape: Shape
    """One to three numbers."""
    weights: File
    """HDF5 file of the students' side that `load_weights` reads, the only one in its folder;
    Keras 3 writes `….weights.h5`."""
    blocks: str = ""
    """Expression for the names of nodes that end a block: how it is drawn."""


class Scale(Record):
    """One size of the stand-in. Beside `epochs` all is for the program that makes it."""

    model_config = ConfigDict(extra="allow")

    epochs: int = Field(default=1, gt=0, le=1000)
    """Of the recipe, after which a right model has learned what there is to learn. All other
    keys are for the program."""


class StandIn(Record):
    """Data that a program of the assignment makes, from a seed."""

    program: File = ""
    """A Python file of the folder, [called like this](authoring.md#the-stand-in-program). None
    only in students' copies, which cannot make data."""
    seed: int = 0
    """Of the data; 0: the program decides."""
    version: int = Field(default=1, ge=1)
    """Raised whenever the same seed gives other bytes: older folders are left alone then."""
    needs_mb: int = Field(default=400, ge=0)
    """Free space that it needs on the disk."""
    scales: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], Scale]
    """By name; `full` is the usual one, `small` may be missing."""

    def chosen(self, scale: str) -> str:
        """The scale that is meant: who has no small one means the full one."""
        return FULL if scale == SMALL and SMALL not in self.scales else scale


class Source(Record):
    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    """Of the file."""
    urls: tuple[Annotated[str, Field(pattern=r"^https?://")], ...] = ()
    """Mirrors, in order."""
    bytes: int = Field(gt=0)
    """Its size."""
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    """Its checksum."""
    md5: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    """Where the publisher gives nothing better. With neither, that of the first download is
    pinned, and said."""
    to: File | None = None
    """The file's place on the students' side. None for an archive, see `archives`."""

    @property
    def digest(self) -> str:
        """ "sha256:…", "md5:…" or "" when no checksum is published."""
        return f"sha256:{self.sha256}" if self.sha256 else self.md5 and f"md5:{self.md5}"

    def problem_of(self, path: Path) -> str:
        """What is wrong with this file, or ""."""
        size = path.stat().st_size
        if size != self.bytes:
            return f"{size} bytes instead of {self.bytes}"
        name, _, expected = self.digest.partition(":")
        if not expected:
            return ""
        with path.open("rb") as stream:
            # MD5 only where the publisher gives nothing better: against accidents, not attacks.
            new = partial(hashlib.new, name, usedforsecurity=False)
            seen = hashlib.file_digest(stream, new).hexdigest()
        return "" if seen == expected else f"its {name} is {seen[:12]}… instead of {expected[:12]}…"


class Original(Record):
    """How the published files become splits."""

    epochs: int = Field(default=1, gt=0, le=1000)
    """As of a scale of the stand-in."""
    hold_back: str = ""
    """Split of which a part becomes the hidden one, where the instructor brings none."""
    share: float = Field(default=0.5, gt=0, lt=1)
    """How much of it."""


class DataTable(Record):
    """`data.toml`, whole. An assignment without the file has no data."""

    classes: tuple[str, ...] = ()
    """Names of the labels 0, 1, …; of images the names of their folders."""
    splits: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Split] = {}
    """The parts of the data, by name. `hidden` lies on the instructor's side; `train` is what
    the recipe trains on."""
    files: tuple[File, ...] = ()
    """Further files of the students' side."""
    network: Network | None = None
    """The pretrained network, where there is one."""
    stand_in: StandIn | None = None
    """The program that makes data."""
    original: Original = Original()
    """How fetched files become splits."""
    sources: tuple[Source, ...] = ()
    """Published files."""
    archives: dict[str, dict[Below, Below]] = {}
    """Zip file → path of the students' side → where in the zip that lies (`"."` is its top), as
    in `"all.zip" = { train = "all/train" }`. Read when it is fetched, packed and unpacked like
    that for notebooks."""
    links: dict[str, str] = {}
    """Link in the notebook's folder → what it leads to, `{data}/…` (the students' side) or
    `{archives}/NAME.zip`. The bundle puts the data there, too."""
    delivered: dict[str, str] = {}
    """Last part of an address, or the id in it → the file that a notebook gets for it."""
    places: dict[str, str] = {}
    """Folder where notebooks look → the folder of the students' side that it stands for, or
    `"files"`: all delivered ones. It may begin with `{home}` or `{work}`. Where a tier has no
    `/tmp` of its own, such paths are rewritten in the code; those of a student's own machine
    (`/home`, `/Users`, `/mnt` …) are in every tier. A folder with the same last part is also
    found in a place of the student's own, as a drive."""
    roots: dict[str, str] = {}
    """The same kind of link outside of the notebook's folder, to `{work}` or `{home}/…`."""

    @property
    def shown(self) -> dict[str, Split]:
        return {name: split for name, split in self.splits.items() if name != HIDDEN}

    @property
    def hidden(self) -> Split | None:
        return self.splits.get(HIDDEN)

    def student_paths(self) -> tuple[str, ...]:
        """Every folder of images and every file of the students' side, without repetition."""
        weights = (self.network.weights,) if self.network else ()
        paths = (*(split.path for split in self.shown.values()), *weights, *self.files)
        return tuple(dict.fromkeys(paths))

    def where_images_lie(self) -> dict[str, dict[str, str]]:
        """What questions about images need to know: split → its folder of the students' side; link
        of the notebook's folder → the part of that side to which it leads."""
        splits = {name: split.images for name, split in self.shown.items() if split.images}
        side = "{data}"
        links = {
            link: target.removeprefix(side).strip("/") or TOP
            for link, target in self.links.items()
            if target == side or target.startswith(f"{side}/")
        }
        return {"splits": splits, "links": links}

    def holds(self, path: str) -> bool:
        """Whether the students' side has this path: one of its own, one above or within."""
        folders = [split.images for split in self.shown.values() if split.images]
        within = {f"{folder}/{name}" for folder in folders for name in self.classes}
        paths = self.student_paths()
        above = any(own.startswith(f"{path}/") for own in paths)
        return path == TOP or path in paths or path in within or above

    def holds_file(self, path: str) -> bool:
        folders = {split.images for split in self.shown.values()}
        return path in self.student_paths() and path not in folders
