"""What the assignment delivers is there wherever code asks for it by its name, as if it had been
uploaded: beside the notebook, in a folder of the student's own, under a Windows path.

A link is made at the moment when something that does not exist is asked for and its last part is
the name of a delivered file, or when files are looked for by a pattern that such a name fits, or
in a folder that is not there by code that names the ending. So nothing is found that is not
delivered, and what a notebook writes itself is left alone.
"""

import fnmatch
import functools
import glob
import itertools
import os
import re
import sys
import threading
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from .delivery import WHOLE, Delivery, led, link, settings
from .notes import note
from .on_import import when_imported
from .places import CREATING, full

LISTING = ("os.listdir", "os.scandir")
PATTERNS = ("glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob")
"""Events that Python tells of folders that are read, and of names that are looked for."""
DOWNLOADING = ("//", "gdown", "kaggle")
"""A cell with one of these would have brought the file itself."""
MAKING = ("mkdir", "makedirs", "extract", "unzip", "unpack")
"""Code with one of these may ask whether a folder is there in order to make it."""
PART = re.compile(r"[^/\\]+")


class ByName:
    """Lays delivered files where they are asked for."""

    def __init__(self, delivery: Delivery, beside: Mapping[str, str]) -> None:
        """beside: folder that the course's machine has beside the notebook → its tree."""
        self._delivery = delivery
        files = delivery.files.items()  # ids in addresses are among them
        self._files = {name: path for name, path in files if Path(path).name == name}
        self._busy = threading.local()
        self._own: set[str] = set()
        self._suffixes = {Path(name).suffix for name in self._files} - {""}
        self._endings: set[str] = set()
        """Those of them that the cell names."""
        names = "|".join(map(re.escape, self._files))
        places = {full(place): tree for place, tree in delivery.places.items()}
        self._usual = {*places, *map(os.path.dirname, places), full(os.curdir)}
        self._trees = {
            Path(place).name: tree
            for place, tree in itertools.chain(beside.items(), places.items())
        }
        self._trees |= {path.name: path.name for path in Path(delivery.root).glob("*/")}
        """Name of a folder of images or files → where in the data it lies."""
        layouts = delivery.archives.values()
        self._unpacked = {WHOLE}.union(*layouts)
        """Those that archives unpack to."""
        self._makes_folders = False
        self._quoted = re.compile(rf"""(["'])((?:(?!\1)[^\n])*(?:{names}))\1""")
        bare = rf"""^[ \t]*[!%].*?([^"'`\s=;|&<>]*(?:{names}))(?!\S)"""
        self._bare = re.compile(bare, re.MULTILINE)

    def lay(self, path: Any, *, quietly: bool = False) -> bool:
        """Whether a delivered file was laid at the path, where nothing was.

        quietly: the report does not say so.
        """
        try:
            text = os.fsdecode(path)
        except (TypeError, ValueError):
            return False
        known = self._files.get(re.split(r"[/\\]", text)[-1])
        if known is None or getattr(self._busy, "now", False):
            return False
        self._busy.now = True  # what follows looks for files itself
        try:
            if os.path.lexists(text):
                self._say_own(text, {known, led(known)})
                return False
            link(led(known), Path(text).expanduser())
        except (OSError, ValueError, RuntimeError):  # a place that this system keeps to itself
            return False
        finally:
            self._busy.now = False
        if not quietly:
            note("adapted", f"`{text[:120]}`: the assignment's file of that name was put there")
        return True

    def lay_in(self, folder: Any) -> None:
        """Lay what the cell names the ending of in a folder that is not there, or beside it."""
        if not self._endings or isinstance(folder, int) or getattr(self._busy, "now", False):
            return
        path, here = os.fsdecode(folder or os.curdir), os.path.realpath(os.curdir)
        # imports list the notebook's folder too, by its full name
        if not os.path.lexists(path) or here == os.path.realpath(path) != path:
            for name in self._files:
                if os.path.splitext(name)[1] in self._endings:  # noqa: PTH122 - Path is slower
                    self.lay(os.path.join(path, name))  # noqa: PTH118 - keeps the spelling

    def lay_either(self, path: Any) -> bool:
        """Whether what was asked for is there now, as `lay` or `lay_folder` has put it."""
        if self.lay(path):
            return True
        if not self._makes_folders and isinstance(path, (str, bytes, os.PathLike)):
            self.lay_folder(path, of=self._unpacked)
            return os.path.lexists(path)
        return False

    def lay_folder(self, folder: Any, of: Container[str] | None = None) -> None:
        """Lead a folder of the data to ours where it is listed on a drive or in another place of
        the student's own. Beside the usual ones it was misspelt.

        of: the trees that count, else all.
        """
        text = "" if isinstance(folder, int) else os.fsdecode(folder or "")
        if not text or getattr(self._busy, "now", False) or os.path.lexists(text):
            return
        self._busy.now = True
        try:
            for part in reversed(list(PART.finditer(text))):
                tree = self._trees.get(part[0])
                if tree is None or (of is not None and tree not in of):
                    continue
                if tree != WHOLE and full(text[: part.start()]) in self._usual:
                    continue
                rest = PART.findall(text, part.end())
                if ".." in rest or not Path(self._delivery.root, tree, *rest).exists():
                    continue
                # with backslashes what is below the folder is no path of this system
                below = rest if "\\" in text[part.end() :] else []
                place = Path(text if below else text[: part.end()]).expanduser()
                held = Path(tree, *below)
                if not place.exists():
                    link(Path(self._delivery.root, held), place)
                    settings().setdefault("places", {})[full(place)] = str(held)
                    note("adapted", f"`{str(place)[:120]}`: the assignment's folder was put there")
                return
        except (OSError, ValueError, RuntimeError):  # a place that this system keeps to itself
            return
        finally:
            self._busy.now = False

    def lay_fitting(self, folder: Any, pattern: Any) -> None:
        """Lay what fits the last part of a pattern where nothing fits it."""
        named, tail = os.path.split(Path(os.fsdecode(folder), os.fsdecode(pattern)))
        head = named.removesuffix("**")
        names = fnmatch.filter(self._files, tail) if Path(tail).suffix else []
        if not names or glob.has_magic(head) or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            fits = any(Path(head or os.curdir).glob(tail if head == named else f"**/{tail}"))
        finally:
            self._busy.now = False
        for name in [] if fits else names:
            self.lay(os.path.join(head, name))  # noqa: PTH118 - keeps the spelling

    def _say_own(self, text: str, delivered: set[str]) -> None:
        """Once, that a file of the notebook's own is read where it bears a delivered one's name."""
        path = Path(text)
        if text in self._own or not path.is_file():
            return
        if not any(path.samefile(ours) for ours in delivered):
            self._own.add(text)
            note(
                "adapted", f"`{text[:120]}`: the notebook's own file was read, not the assignment's"
            )

    def before_cell(self, info: Any) -> None:
        """Files that shell lines and libraries in other languages are going to ask for."""
        text = getattr(info, "raw_cell", "") or ""
        self._endings = {ending for ending in self._suffixes if ending in text}
        self._makes_folders |= any(word in text for word in MAKING)
        if not self._files:
            return
        downloads = any(sign in text for sign in DOWNLOADING)
        paths = [match[2] for match in self._quoted.finditer(text)] + self._bare.findall(text)
        for path in paths:
            if "//" not in path and not glob.has_magic(path):
                self.lay(path, quietly=downloads)


def install(delivery: Delivery, beside: Mapping[str, str]) -> ByName:
    """Watch what Python, h5py and TensorFlow open or look for. beside: as for `ByName`."""
    files = ByName(delivery, beside)

    def opening(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and not (arguments[2] or 0) & CREATING:
            files.lay(arguments[0])
        elif event in LISTING:
            files.lay_folder(arguments[0])
            files.lay_in(arguments[0])
        elif event in PATTERNS:
            # glob.glob tells (pattern, recursive), a path (itself, pattern)
            paths = event.startswith("pathlib")
            files.lay_fitting(*(arguments[:2] if paths else ("", arguments[0])))

    def to_read(opened: Any, name: Any = "", mode: Any = "r", *rest: Any, **options: Any) -> None:
        if mode is None or ("r" in str(mode) and "+" not in str(mode)):
            files.lay(name)

    sys.addaudithook(opening)
    _looking_for(files)
    when_imported("h5py._hl.files", lambda module: _before(module.File, "__init__", to_read))
    io = "tensorflow.python.lib.io.file_io"
    when_imported(io, lambda module: _before(module.FileIO, "__init__", to_read))
    # the public name: TensorFlow may have been imported long before
    when_imported("tensorflow._api.v2.io.gfile", lambda module: _gfile(module, files))
    return files


def _gfile(module: Any, files: ByName) -> None:
    for name in ("exists", "isdir"):
        _before(module, name, files.lay_either)
    for name in ("listdir", "walk"):
        _before(module, name, files.lay_folder)


def _before(owner: Any, name: str, ask: Callable[..., object]) -> None:
    """Have `ask` called with the arguments of each call of `owner.name` before it."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def asked(*args: Any, **kwargs: Any) -> Any:
        ask(*args, **kwargs)
        return original(*args, **kwargs)

    setattr(owner, name, asked)


def _looking_for(files: ByName) -> None:
    """`os.path.exists`, `Path.is_file` and the like ask `os.stat`."""
    looked = os.stat

    @functools.wraps(looked)
    def stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
        try:
            return looked(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        except FileNotFoundError:
            if dir_fd is not None or not files.lay_either(path):
                raise
            return looked(path, follow_symlinks=follow_symlinks)

    os.stat = stat
