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
    others = [notebook.get(other) for other in history.cells()[bound_by[-1]].bound]
    return all(value is notebook.get(name) for value in others if _symbolic(value))


def cells_to_run_again(notebook: dict[str, Any], *, behind: bool) -> list[int]:
    """Numbers of the cells that failed; with `behind` also of those that left a part of a model.

    behind: whether an unfinished network stands before them, so that they went well with it.
    """
    built = [name for name, value in list(notebook.items()) if _symbolic(value)]
    return [
        number
        for number, cell in enumerate(history.cells())
        if not cell.went_well or (behind and cell.bound.intersection(built))
    ]


def run_again(numbers: Iterable[int], bind: Callable[[], object]) -> None:
    """Run these cells once more; `bind` puts ours in place before each, whatever was left there."""
    for number in numbers:
        bind()
        history.again([number])


def _symbolic(value: Any) -> bool:
    """Whether it is part of a model."""
    return is_model(value) or is_tensor(value)
