"""What a notebook may "download": local files, delivered when they are asked for by name.

There is no network in here. The assignment lists names and addresses' last parts with the file each
stands for; anything else is refused at once, in one line. Nothing is copied: a delivered file is a
link into a read-only place. Used by the kernel and by the small programs that stand for `wget` and
its like, so it imports little.
"""

import functools
import io
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARK = "GRADER_"
"""Environment variables that name the folders of this run begin with it."""
WHOLE = "."
"""The tree that is all of the students' side."""


class NotDelivered(OSError):
    """Asked for something that is not there; the message is one line for the student."""


@functools.cache
def settings() -> Any:
    """The settings of this run, as the host wrote them; none in a student's own notebook."""
    folder = os.environ.get("GRADER_IN", "")
    if not folder:
        return {}
    path = Path(folder, "settings.json")
    return json.loads(path.read_text(encoding="utf-8"))


class Delivery:
    """Names → local files, archives → the trees that they hold."""

    def __init__(self, given: dict[str, Any] | None = None) -> None:
        given = settings() if given is None else given
        self.files: dict[str, str] = {
            name: path
            for name, path in filled(given.get("delivered", {})).items()
            if Path(path).exists()
        }
        self.archives: dict[str, dict[str, str]] = given.get("archives", {})
        """Archive → path of the students' side → where in the archive that lies."""
        self.places = filled(given.get("places", {}))
        """Folder in which notebooks look → the tree that it stands for."""
        self._looking = False

    @property
    def root(self) -> str:
        """Where the trees lie that archives unpack to; another one while functions are asked."""
        return os.environ.get("GRADER_TREES") or os.environ.get("GRADER_DATA", "data")

    @functools.cached_property
    def _layouts(self) -> dict[Any, dict[str, str]]:
        """What an archive holds → where it lies on the students' side."""
        paths = {os.path.realpath(path) for path in self.files.values()}
        names = {path: Path(path).name for path in paths}
        return {
            _held(path): self.archives[name]
            for path, name in names.items()
            if name in self.archives
        }

    def find(self, address: object) -> str | None:
        """Local file for an address, a path or a name; None where there is none."""
        words = str(address).strip("'\" ").split("#")[0]
        path, _, query = words.partition("?")
        names = [path.rstrip("/").rpartition("/")[2], *path.split("/")]
        names += [part.partition("=")[2] for part in query.split("&")]
        return next((led(self.files[name]) for name in names if name in self.files), None)

    def deliver(self, address: object, target: str | Path = "") -> str:
        """Put the file that `address` names at `target` (or below it, when that is a folder).

        Returns the path. Raises NotDelivered for an unknown one.
        """
        source = self.find(address) or self.find(target)
        if source is None:
            raise NotDelivered(refusal(address))
        path = Path(target or Path(source).name)
        if path.is_dir() and not path.is_symlink():
            path = path / Path(source).name
        link(source, path)
        return str(path)

    def unpack(self, archive: Any, folder: str | Path = ".") -> bool:
        """Unpack a delivered archive as links to the trees it holds; whether that could be done.

        archive: its path, or an open `ZipFile`. It is known by what it holds: a copy of it, under
        whatever name or in memory, is the same one.
        """
        held_there = _held(archive) if self.archives else None
        layout = self._layouts.get(held_there) if held_there else None
        if layout is None:
            return False
        links = {
            Path(folder, inner, path.name) if held.is_dir() else Path(folder, inner): path
            for held, inner in ((Path(self.root, tree), inner) for tree, inner in layout.items())
            for path in (sorted(held.iterdir()) if held.is_dir() else [held])
        }
        for there, path in links.items():
            there.parent.mkdir(parents=True, exist_ok=True)
            if there.is_symlink():
                there.unlink()
            elif there.exists():
                if there.resolve() != path.resolve():
                    return False
                continue  # it has been there all the time
            there.symlink_to(path)
        return True

    def hidden(self, archive: Any) -> io.BytesIO | None:
        """A delivered archive, given as an open `ZipFile`, as it is while functions are asked: what
        it holds is packed from the hidden trees. None for any other archive, and else."""
        if self._looking or not os.environ.get("GRADER_TREES"):
            return None
        self._looking = True  # what follows opens archives itself
        try:
            layout = self._layouts.get(_held(archive))
            if layout is None:
                return None
            content = _packed({inner: Path(self.root, tree) for tree, inner in layout.items()})
            self._layouts[_held(content)] = layout
        finally:
            self._looking = False
        return content


def _packed(layout: Mapping[str, Path]) -> io.BytesIO:
    """A zip of folders and files, each at its path in it."""
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for inner, tree in layout.items():
            for path in sorted(tree.rglob("*")) if tree.is_dir() else filter(Path.exists, [tree]):
                packed.write(path, str(Path(inner, path.relative_to(tree))))
    return content


def _held(archive: Any) -> Any:
    """Names and checksums of all that a zip holds; None for any other file."""
    import zipfile

    if not isinstance(archive, zipfile.ZipFile):
        try:
            with zipfile.ZipFile(archive) as opened:
                return _held(opened)
        except (OSError, ValueError, zipfile.BadZipFile):
            return None
    return frozenset((member.filename, member.CRC) for member in archive.infolist())


def led(path: str) -> str:
    """The file that stands for this one of the data while functions are asked, else itself."""
    trees, data = os.environ.get("GRADER_TREES"), os.environ.get("GRADER_DATA")
    if trees and data and Path(path).is_relative_to(data):
        hidden = Path(trees, Path(path).relative_to(data))
        return str(hidden) if hidden.is_file() else path
    return path


def refusal(address: object) -> str:
    """Why something is not delivered, in one line."""
    name = str(address).split("?")[0].rstrip("/").rpartition("/")[2] or str(address)
    return (
        f"There is no network while a notebook is graded, and {name[:80]!r} is none of the "
        "assignment's own files, which are here."
    )


def link(source: str | Path, place: str | Path) -> None:
    """A link at `place`, whatever was there; folders above it are made."""
    place = Path(place)
    if os.path.realpath(place) == os.path.realpath(source):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() or place.is_file():
        place.unlink()
    try:
        place.symlink_to(source)
    except (OSError, NotImplementedError):  # where links are kept to administrators
        shutil.copyfile(source, place)


def filled(table: Mapping[str, str]) -> dict[str, str]:
    """A table of the settings with the folders of this run for `{data}`, `{work}` and the like."""
    named = {name: value for name, value in os.environ.items() if name.startswith(MARK)}
    folders = {f"{{{name[len(MARK) :].lower()}}}": value for name, value in named.items()}
    folders |= {"{home}": os.environ.get("HOME", ""), "{tmp}": os.environ.get("TMPDIR", "")}

    def fill(text: str) -> str:
        for name, folder in folders.items():
            text = text.replace(name, folder)
        return text

    return {fill(key): fill(value) for key, value in table.items()}
