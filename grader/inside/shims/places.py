"""The usual places where notebooks keep the data, programs and packages that they expect.

Folders of trees are real folders that hold links: a notebook may remove or make them anew. Only in
a sandbox that has the system's places (`/tmp`, `/content`) to itself.
"""

import contextlib
import functools
import importlib.util
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .delivery import Delivery, filled, link
from .programs import ANSWERED, SAME, write_stubs

PACKAGES = Path(__file__).parent / "packages"
"""Stand-ins for packages that notebooks import: the last entry of the search path."""

CREATING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
HERE = -1
"""No folder was given, in what Python tells of a path."""
MOVING: dict[str, Callable[..., tuple[Any, Any]]] = {
    "os.remove": lambda path, *_: (path, None),
    "os.rename": lambda source, target, *_: (source, target),
    "os.symlink": lambda _, target, *__: (None, target),
    "os.link": lambda _, target, *__: (None, target),
    "shutil.move": lambda _, target: (None, target),
}
"""Event that Python tells → (path that is left, path where something is put)."""

KEPT = "Nothing is forgotten while a notebook is graded: what its cells made is asked afterwards."

ONE_VERSION = "The TensorFlow of the course is the only one here."


def programs(home: str) -> None:
    """Put the stand-ins for `wget` and its like first on the PATH; those for packages, and what the
    assignment brings, last where Python looks."""
    folder = Path(home, ".run", "bin")
    write_stubs(folder, sys.executable, library=Path(__file__).parents[2])
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ.update(PIP_NO_INDEX="1", PIP_RETRIES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    sys.path += [str(PACKAGES), str(Path(os.environ["GRADER_IN"], "modules"))]


def magics(shell: Any) -> None:
    """`%pip`, `%grader` and `%tensorboard` are answered like their programs, and Colab's
    `%tensorflow_version`; `%reset` forgets nothing, `%load_ext` does without what is not here."""
    for name in ("reset", "reset_selective"):
        shell.register_magic_function(lambda line: print(KEPT), "line", name)
    shell.register_magic_function(functools.partial(_load, shell), "line", "load_ext")
    shell.register_magic_function(lambda line: print(ONE_VERSION), "line", "tensorflow_version")
    for name in ("pip", "conda", "grader", "tensorboard"):
        words = ANSWERED[SAME.get(name, name)]
        shell.register_magic_function(lambda line, words=words: print(words), "line", name)


def _load(shell: Any, name: str) -> None:
    """An extension changes how cells are shown or timed, not what they compute."""
    if importlib.util.find_spec(name.partition(".")[0] or "-") is None:
        print(f"The extension `{name}` is not installed here.")
    else:
        shell.extension_manager.load_extension(name)


def full(path: str | os.PathLike[str]) -> str:
    """The whole path without `..`; links stay."""
    return os.path.abspath(path)  # noqa: PTH100 - Path would keep the dots, or follow the links


class Places:
    """The folders that were put in place, for as long as the notebook has not made them its own."""

    def __init__(self, delivery: Delivery, trees: Mapping[str, str]) -> None:
        self.delivery = delivery
        self.trees = {full(place): tree for place, tree in filled(trees).items()}
        self.untouched: set[str] = set()
        self.beside: dict[str, str] = {}
        """Those that the course's machine has too."""
        named = (os.environ.get(name) for name in ("GRADER_DATA", "GRADER_ARCHIVES"))
        self._kept = tuple(os.path.realpath(folder) for folder in named if folder)
        """Where nothing can be changed."""
        self._busy = threading.local()

    def furnish(self) -> None:
        """Make every place that is not there yet. A link to a folder of the data becomes a folder
        of links, so that a notebook may write beside what is in it."""
        for beside in Path.cwd().iterdir():
            tree = os.path.relpath(os.path.realpath(beside), os.path.realpath(self.delivery.root))
            if beside.is_symlink() and beside.is_dir() and not tree.startswith(os.pardir):
                beside.unlink()
                self.beside[full(beside)] = tree
        for place, tree in (self.beside | self.trees).items():
            if os.path.lexists(place):
                continue
            with contextlib.suppress(OSError):  # a place that this system keeps to itself
                Path(place).mkdir(parents=True)
                held = Path(self.delivery.root, tree)
                files = self.delivery.files.values() if tree == "files" else sorted(held.iterdir())
                for path in files:
                    link(path, Path(place, Path(path).name))
                if place in self.trees:
                    self.untouched.add(place)
        self._making_folders()
        sys.addaudithook(self.changing)

    def changing(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook: what the notebook is about to write, move or remove makes way."""
        if event == "open":
            if (arguments[2] or 0) & CREATING and isinstance(arguments[0], (str, os.PathLike)):
                self.make_room(full(arguments[0]), written=True)
        elif event in MOVING and all(number == HERE for number in arguments if type(number) is int):
            left, put = (os.fsdecode(path) if path else "" for path in MOVING[event](*arguments))
            if put and os.path.lexists(put):
                self.give_up(full(put))
            for path in filter(None, (left, put)):
                self.make_room(full(path))

    def give_up(self, place: str) -> None:
        """Clear a folder that the notebook is about to make itself, or an entry of such a one."""
        path = Path(place)
        if str(path.parent) in self.untouched and path.is_symlink():
            path.unlink()
        if place not in self.untouched:
            return
        self.untouched.discard(place)
        # else the notebook has removed it, or it is led elsewhere while functions are asked
        if path.is_dir() and not path.is_symlink():
            for child in path.iterdir():
                child.unlink()
            path.rmdir()

    def make_room(self, place: str, *, written: bool = False) -> None:
        """Have links to the data become what they stand for, as far as something is changed at the
        path: folders of links, and a copy of a file that is written."""
        if getattr(self._busy, "now", False) or not self._is_kept(place):
            return
        path = Path(place)
        self._busy.now = True  # what follows writes itself
        try:
            for above in reversed(path.parents):
                if above.is_symlink() and self._is_kept(above):
                    held = sorted(above.resolve().iterdir())
                    above.unlink()
                    above.mkdir()
                    for child in held:
                        link(child, above / child.name)
            if written and path.is_symlink() and path.is_file():
                source = path.resolve()
                path.unlink()
                shutil.copyfile(source, path)
        except OSError:  # it is for the notebook to meet
            return
        finally:
            self._busy.now = False

    def _is_kept(self, path: str | Path) -> bool:
        real = os.path.realpath(path)
        return any(real == folder or real.startswith(folder + os.sep) for folder in self._kept)

    def _making_folders(self) -> None:
        made = os.mkdir

        def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
            if dir_fd is not None:
                return made(path, mode, dir_fd=dir_fd)
            if isinstance(path, (str, os.PathLike)):
                self.give_up(full(path))
                if full(path) in self.beside and Path(path).is_dir():
                    return None  # elsewhere than on the course's machine it has to be made
            return made(path, mode)

        os.mkdir = mkdir
