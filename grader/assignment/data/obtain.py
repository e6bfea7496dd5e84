"""Data put on this machine: made by the assignment's own program from a seed, or the original,
fetched, unpacked and laid out."""

import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.assignment.data.download import download
from grader.assignment.data.hidden import GIVEN, Given, hold_back, look_at
from grader.assignment.data.programs import run_program
from grader.assignment.data.store import (
    DOWNLOADS,
    AssetStore,
    Progress,
    assets_home,
    get_some,
    lock,
    need_disk,
    open_store,
    read_manifest,
    seal,
    sha256_of,
    silent,
    stand_in_name,
    use_again,
)
from grader.assignment.data_tables import FULL, TOP, Source
from grader.assignment.folder import Assignment
from grader.records import AssetError, building, link_or_copy, unpack_checked, write_atomically

PACKAGES = ("tensorflow", "keras", "numpy", "pillow", "scikit-learn")
"""Their versions are noted: the bytes of a stand-in may depend on them."""
PROGRAM = "program"
"""Beside them: what `_program` gives."""
PINNED = "pinned.json"
"""In the assignment's folder of assets: file → sha256 of its first download, where its publisher
gives no checksum."""
SPACE = 2.8
"""An asset folder beside the downloads: so many times their size while it is being made."""
Say = Callable[[str], None]


def make_data(
    assignment: Assignment,
    scale: str = FULL,
    seed: int | None = None,
    progress: Progress = silent,
    hidden: Path | None = None,
) -> AssetStore:
    """The assignment's stand-in of this scale ("full", "small"): made once, then found.
    seed: None is that of `data.toml`; another one makes hidden inputs that nobody else has.
    hidden: the instructor's own hidden inputs instead, a folder of images or an `.npz` file."""
    made = assignment.data.stand_in
    if made is None and not assignment.data.student_paths():
        raise AssetError(
            f"{assignment.slug} has no data, so there are none to make.",
            what_to_do="Notebooks can be graded as it is.",
        )
    if made is None or not made.program:  # a student's copy
        raise AssetError(
            f"This copy of {assignment.slug} has no program that makes its data.",
            what_to_do=get_some(assignment),
        )
    name = made.chosen(scale)
    if name not in made.scales:
        known = ", ".join(made.scales)
        raise AssetError(
            f"The stand-in of {assignment.slug} has no scale {scale!r}.",
            what_to_do=f"Say one of: {known}.",
        )
    given = look_at(hidden, assignment) if hidden else None
    seed = made.seed if seed is None else seed
    root = assets_home(assignment.slug) / stand_in_name(assignment, scale)
    ending = "" if seed == made.seed else f"-{seed}"
    ending += f"-instructor-{given.fingerprint}" if given else ""
    root = root.with_name(root.name + ending)
    with lock(root.parent, root.name, progress):
        if not use_again(root):
            need_disk(root.parent, made.needs_mb * 1_000_000)
            with building(root) as folder:
                run_program(
                    assignment.folder / made.program,
                    ["--folder", str(folder), "--scale", made.scales[name].model_dump_json(),
                     "--seed", str(seed)],
                    progress,
                )  # fmt: skip
                if given:
                    given.put(folder)
                seal(
                    folder,
                    assignment,
                    kind="stand-in",
                    scale=name,
                    hidden_kind=GIVEN if given else "stand-in",
                    seed=seed,
                    recipe_epochs=made.scales[name].epochs,
                    versions=_versions() | {PROGRAM: _program(assignment, name)},
                )
    return open_store(root, assignment, progress)


def made_otherwise(assignment: Assignment, store: AssetStore) -> bool:
    """Whether the stand-in's program or its scale is another than when this was made. Its folder is
    used all the same: data that others have too change with [stand_in] version."""
    noted = read_manifest(store.root).versions.get(PROGRAM)
    return noted is not None and noted != _program(assignment, store.record.scale)


def _program(assignment: Assignment, scale: str) -> str:
    """Short hash of what decides about the stand-in's bytes, but for seed and packages."""
    made = assignment.data.stand_in
    if made is None or scale not in made.scales:
        return ""
    digest = hashlib.sha256(made.scales[scale].model_dump_json(exclude={"epochs"}).encode())
    program = assignment.folder / made.program
    for path in sorted({program, *program.parent.glob("*.py")}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _versions() -> dict[str, str]:
    there = {found.metadata["Name"].lower() for found in importlib.metadata.distributions()}
    return {name: importlib.metadata.version(name) for name in PACKAGES if name in there}


def fetch_data(
    assignment: Assignment,
    progress: Progress = silent,
    hidden: Path | None = None,
    say: Say = lambda words: None,
) -> AssetStore:
    """The original data and weights from their public addresses; downloads are kept. `hidden` is
    the instructor's own hidden inputs, a folder of images with a sub-folder a class or an `.npz`
    file; without it a part of what is published is held back from the students' side.
    say: hears which files have no published checksum."""
    if not assignment.data.sources:
        raise AssetError(
            f"The data of {assignment.slug} have no address to be fetched from.",
            what_to_do=get_some(assignment),
        )
    given = look_at(hidden, assignment) if hidden else None
    home = assets_home(assignment.slug)
    root = home / f"original-{f'instructor-{given.fingerprint}' if given else 'held-back'}"
    with lock(home, "original", progress):
        if not use_again(root):
            _Laying(assignment, home, progress, say).lay_out(root, given)
    return open_store(root, assignment, progress)


@dataclass(frozen=True)
class _Laying:
    assignment: Assignment
    home: Path
    progress: Progress
    say: Say

    def lay_out(self, root: Path, given: Given | None) -> None:
        table = self.assignment.data
        fetched = [(source, self._fetched(source)) for source in table.sources]
        need_disk(self.home, round(SPACE * sum(source.bytes for source in table.sources)))
        with building(root) as folder:
            for source, path in fetched:
                if source.to is None:
                    self._unpack(path, table.archives[source.name], folder)
                else:
                    target = folder / "student" / source.to
                    target.parent.mkdir(parents=True, exist_ok=True)
                    link_or_copy(path, target)
            if given:
                given.put(folder)
            else:
                hold_back(folder, self.assignment)
            seal(
                folder,
                self.assignment,
                kind="original",
                scale="full",
                hidden_kind=GIVEN if given else f"held back from {table.original.hold_back}",
                recipe_epochs=table.original.epochs,
            )

    def _fetched(self, source: Source) -> Path:
        """The file, checked by what its publisher says, else by what came first."""
        pins = self.home / PINNED
        pinned = json.loads(pins.read_text(encoding="utf-8")) if pins.is_file() else {}
        if source.name in pinned and not source.digest:
            source = source.model_copy(update={"sha256": pinned[source.name]})
        path = download(
            source,
            self.home / DOWNLOADS,
            progress=partial(self.progress, f"fetching {source.name}"),
        )
        if not source.digest:
            pinned[source.name] = sha256_of(path)
            write_atomically(pins, json.dumps(pinned, indent=1, sort_keys=True).encode() + b"\n")
        if source.name in pinned:
            self.say(
                f"No checksum of {source.name} is published: that of the first download on this "
                f"machine holds, sha256 {pinned[source.name]}, kept in {pins}."
            )
        return path

    def _unpack(self, archive: Path, layout: dict[str, str], folder: Path) -> None:
        """What the archive holds goes to its paths of the students' side."""
        scratch = folder / "unpacked"
        unpack_checked(archive, scratch)
        for path, inner in layout.items():
            found = scratch if inner == TOP else scratch / inner
            target = folder / "student" / path
            if found.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                found.rename(target)
            elif not found.is_dir():
                top = ", ".join(sorted(child.name for child in scratch.iterdir()))
                raise AssetError(f"{archive.name} has no {inner!r}; at its top are: {top}.")
            elif path in {split.images for split in self.assignment.data.shown.values()}:
                self._class_folders(archive.name, found, target)
            else:
                shutil.copytree(found, target, dirs_exist_ok=True)
        shutil.rmtree(scratch)

    def _class_folders(self, archive: str, found: Path, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        for kind in self.assignment.data.classes:
            folders = sorted(path for path in found.rglob(kind) if path.is_dir())
            if not folders:
                raise AssetError(f"{archive} has no folder {kind!r}.")
            folders[0].rename(target / kind)
