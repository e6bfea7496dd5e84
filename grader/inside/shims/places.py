"""The usual places where notebooks keep the data, programs and packages that they expect.

Folders of trees are real folders that hold links: a notebook may remove or make them anew. Only in
a sandbox that has the system's places (`/tmp`, `/content`) to itself.
"""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .delivery import Delivery, filled, link
from .programs import ANSWERED, SAME, write_stubs

PACKAGES = Path(__file__).parent / "packages"
"""Stand-ins for packages that notebooks import: the last entry of the search path."""

KEPT = "Nothing is forgotten while a notebook is graded: what its cells made is asked afterwards."


def programs(home: str) -> None:
    """Put the stand-ins for `wget` and its like first on the PATH; those for packages, and what the
    assignment brings, last where Python looks."""
    folder = Path(home, ".run", "bin")
    write_stubs(folder, sys.executable, library=Path(__file__).parents[2])
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ.update(PIP_NO_INDEX="1", PIP_RETRIES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    sys.path += [str(PACKAGES), str(Path(os.environ["GRADER_IN"], "modules"))]


def magics(shell: Any) -> None:
    """`%pip`, `%conda` and `%grader` are answered like their programs; `%reset` forgets nothing."""
    for name in ("reset", "reset_selective"):
        shell.register_magic_function(lambda line: print(KEPT), "line", name)
    for name in ("pip", "conda", "grader"):
        words = ANSWERED[SAME.get(name, name)]
        shell.register_magic_function(lambda line, words=words: print(words), "line", name)


def full(path: str | os.PathLike[str]) -> str:
    """The whole path without `..`; links stay."""
    return os.path.abspath(path)  # noqa: PTH100 - Path would keep the dots, or follow the links


class Places:
    """The folders that were put in place and that the notebook has not made its own yet."""

    def __init__(self, delivery: Delivery, trees: Mapping[str, str]) -> None:
        self.delivery = delivery
        self.trees = {full(place): tree for place, tree in filled(trees).items()}
        self.untouched: set[str] = set()

    def furnish(self) -> None:
        """Make every place that is not there yet. A link to a folder of the data becomes a folder
        of links, so that a notebook may write beside what is in it."""
        for beside in Path.cwd().iterdir():
            tree = os.path.relpath(os.path.realpath(beside), os.path.realpath(self.delivery.root))
            if beside.is_symlink() and beside.is_dir() and not tree.startswith(os.pardir):
                beside.unlink()
                self.trees.setdefault(full(beside), tree)
        for place, tree in self.trees.items():
            if os.path.lexists(place):
                continue
            with contextlib.suppress(OSError):  # a place that this system keeps to itself
                Path(place).mkdir(parents=True)
                held = Path(self.delivery.root, tree)
                files = self.delivery.files.values() if tree == "files" else sorted(held.iterdir())
                for path in files:
                    link(path, Path(place, Path(path).name))
                self.untouched.add(place)
        _making_folders(self)

    def give_up(self, place: str) -> None:
        """Clear a folder that the notebook is about to make itself."""
        if place not in self.untouched:
            return
        self.untouched.discard(place)
        # else the notebook has removed it, or it is led elsewhere while functions are asked
        if Path(place).is_dir() and not Path(place).is_symlink():
            for child in Path(place).iterdir():
                child.unlink()
            Path(place).rmdir()


def _making_folders(places: Places) -> None:
    made = os.mkdir

    def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        if dir_fd is None and isinstance(path, (str, os.PathLike)):
            places.give_up(full(path))
        return made(path, mode) if dir_fd is None else made(path, mode, dir_fd=dir_fd)

    os.mkdir = mkdir
