"""Which cell brought which of the notebook's objects into being, so that it can be run once more.

Flat code has no functions to call again. Where a part of it has to be seen with other data, or with
our network in place of a broken one, the cells that made that part are run again.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import Any

_cells: list[Ran] = []
_before: dict[str, int] = {}
MAX_CELLS = 500


class Ran:
    """One cell that was run."""

    def __init__(self, source: str, went_well: bool, bound: set[str]) -> None:
        self.source = source
        self.went_well = went_well
        self.bound = bound
        """Names that meant something else afterwards."""


def follow(shell: Any) -> None:
    """Remember every cell of this shell."""

    def before(info: Any) -> None:
        _before.clear()
        _before.update({name: id(value) for name, value in shell.user_ns.items()})

    def after(result: Any) -> None:
        source = getattr(result.info, "raw_cell", "") or ""
        now = {name: id(value) for name, value in shell.user_ns.items()}
        bound = {name for name, value in now.items() if _before.get(name) != value}
        if len(_cells) < MAX_CELLS and result.info.store_history:
            _cells.append(Ran(source, bool(result.success), bound))

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)


def cells() -> tuple[Ran, ...]:
    """The cells that were run, in order."""
    return tuple(_cells)


def forget_after(count: int) -> None:
    """Remember only the first `count` cells."""
    del _cells[count:]


def binding(name: str) -> list[int]:
    """Places of the cells that bound this name, in order."""
    return [place for place, cell in enumerate(_cells) if name in cell.bound]


def again(shell: Any, places: Iterable[int]) -> None:
    """Run these cells once more; nothing that they print or show gets out."""
    for place in places:
        with _silently(shell):
            shell.run_cell(_cells[place].source, store_history=False, silent=True)


@contextlib.contextmanager
def _silently(shell: Any) -> Iterator[None]:
    """Without output, tracebacks and figures."""
    shown = shell.showtraceback, shell.display_pub.publish
    shell.showtraceback = lambda *args, **kwargs: None
    shell.display_pub.publish = lambda *args, **kwargs: None
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        shell.showtraceback, shell.display_pub.publish = shown
