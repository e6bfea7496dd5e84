"""Flat code with a broken part: its later cells run once more, with ours in that part's place."""

from collections.abc import Callable, Iterable
from typing import Any

from ..kernel import history
from .flat import is_model, is_tensor


def unfinished(notebook: dict[str, Any], name: str) -> bool:
    """Whether the cell that left the network under that name ended with an error.

    Where the same cell went on to the parts behind the network, nothing can be put in between.
    """
    bound_by = history.binding(name)
    if not bound_by or history.cells()[bound_by[-1]].went_well:
        return False
    others = [notebook.get(one) for one in history.cells()[bound_by[-1]].bound]
    return all(one is notebook.get(name) for one in others if _symbolic(one))


def places(notebook: dict[str, Any], *, behind: bool) -> list[int]:
    """The cells that failed; with `behind` also those that left a part of a model.

    behind: whether an unfinished network stands before them, so that they went well with it.
    """
    built = [name for name, value in list(notebook.items()) if _symbolic(value)]
    return [
        place
        for place, cell in enumerate(history.cells())
        if not cell.went_well or (behind and cell.bound.intersection(built))
    ]


def again(shell: Any, cells: Iterable[int], bind: Callable[[], object]) -> None:
    """Run these cells once more; `bind` puts ours in place before each, whatever was left there."""
    for place in cells:
        bind()
        history.again(shell, [place])


def _symbolic(value: Any) -> bool:
    """Whether it is part of a model."""
    return is_model(value) or is_tensor(value)
