"""Which cell brought which of the notebook's objects into being, so that it can be run once more.

Flat code has no functions to call again. Where a part of it has to be seen with other data, or with
our network in place of a broken one, the cells that made that part are run again.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from IPython import get_ipython

_cells: list[Ran] = []
_before: dict[str, int] = {}
_of_keras: dict[str, Any] = {}
_deleted: dict[str, Any] = {}
_replaced: dict[str, Any] = {}
_led: dict[str, str] = {}
MAX_CELLS = 500
OF_IPYTHON = re.compile(r"^([ \t]*)[%!](?:.*\\\n)*.*$", re.MULTILINE)
"""A magic or a line for a shell, with those that go on from it."""
DATA_SET = "DatasetV2"
"""TensorFlow's class of data sets."""


class Ran(NamedTuple):
    """One cell that was run. `bound`: names that meant something else afterwards."""

    source: str
    went_well: bool
    bound: set[str]
    ran_away: bool = False
    """It was interrupted, as its time was over."""


def follow(shell: Any) -> None:
    """Remember every cell of this shell."""

    def before(info: Any) -> None:
        _before.clear()
        _before.update({name: id(value) for name, value in shell.user_ns.items()})
        _of_keras.update({n: value for n, value in shell.user_ns.items() if _is_of_keras(value)})

    def after(result: Any) -> None:
        source = getattr(result.info, "raw_cell", "") or ""
        now = {name: id(value) for name, value in shell.user_ns.items()}
        bound = {name for name, value in now.items() if _before.get(name) != value}
        gone = {name: value for name, value in _of_keras.items() if shell.user_ns.get(name) is None}
        for name in bound - gone.keys():
            _deleted.pop(name, None)
        _deleted.update(gone)
        for name in bound:
            _note_replaced(name, shell.user_ns.get(name))
        _of_keras.clear()
        if len(_cells) < MAX_CELLS and result.info.store_history:
            ran_away = isinstance(result.error_in_exec, KeyboardInterrupt)
            _cells.append(Ran(source, bool(result.success), bound, ran_away))

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)


def _is_of_keras(value: Any) -> bool:
    kinds = type(value).__mro__
    homes = {kind.__module__.partition(".")[0] for kind in kinds}
    return bool(homes & {"keras", "tf_keras"}) or any(kind.__name__ == DATA_SET for kind in kinds)


def _note_replaced(name: str, new: Any) -> None:
    old = _of_keras.get(name)
    if 0 <= _size(new) < _size(old) > _size(_replaced.get(name)):
        _replaced[name] = old


def _size(value: Any) -> int:
    """Variables of a model; -1 for what is none."""
    with contextlib.suppress(Exception):  # a model may be anything
        return len(value.weights) if hasattr(value, "layers") else -1
    return -1


def replaced() -> dict[str, Any]:
    """Name → the largest model in whose place a cell put a smaller one."""
    return dict(_replaced)


def deleted() -> dict[str, Any]:
    """Name → the model, tensor or data set that stood under it until a cell deleted it, or put None
    in its place, and none gave it a new value."""
    return dict(_deleted)


def recall(sources: Iterable[Any]) -> None:
    """For a kernel that was not followed: its cells as IPython keeps them, each where it was run
    last. Which names they bound is told from their code alone, and whether they failed by nothing.
    """
    last = {source: number for number, source in enumerate(sources) if type(source) is str}
    _cells[:] = [
        Ran(source, True, assigned(source))
        for source, _ in sorted(last.items(), key=lambda entry: entry[1])
    ][-MAX_CELLS:]


def assigned(source: str) -> set[str]:
    """Names that this code binds, as far as it can be read."""
    stored = (node for node in nodes_of(source) if isinstance(node, ast.Name))
    return {name.id for name in stored if isinstance(name.ctx, ast.Store)}


def nodes_of(source: str) -> list[ast.AST]:
    """All of its syntax tree; lines of IPython's own are left out where Python cannot read it
    with them. None of what it cannot read either way."""
    for code in (source, OF_IPYTHON.sub(r"\1pass", source)):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return list(ast.walk(ast.parse(code)))
    return []


def cells() -> tuple[Ran, ...]:
    """The cells that were run, in order."""
    return tuple(_cells)


def forget_after(count: int) -> None:
    """Remember only the first `count` cells, and no model that was replaced."""
    del _cells[count:]
    _replaced.clear()


def binding(name: str) -> list[int]:
    """Numbers of the cells that bound this name, in order."""
    return [number for number, cell in enumerate(_cells) if name in cell.bound]


@contextlib.contextmanager
def led(texts: Mapping[str, str]) -> Iterator[None]:
    """Meanwhile cells that are run again name other folders: text in their sources → another."""
    _led.update(texts)
    try:
        yield
    finally:
        _led.clear()


def again(numbers: Iterable[int]) -> None:
    """Run these cells once more; nothing that they print or show gets out."""
    shell = get_ipython()
    for number in numbers:
        with silently(shell):
            cell = _cells[number]
            source = _beginning(cell) if cell.ran_away else cell.source
            for text in sorted(_led, key=len, reverse=True):
                source = source.replace(text, _led[text])
            shell.run_cell(source, store_history=False, silent=True)


def _beginning(cell: Ran) -> str:
    """What the cell did before it ran away: to the last statement that binds what it bound."""
    try:
        body = ast.parse(cell.source).body
        parts = [ast.unparse(part) for part in body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    last = max((n for n, part in enumerate(parts, 1) if assigned(part) & cell.bound), default=0)
    loops = [n for n, part in enumerate(body) if isinstance(part, ast.While)]
    return "\n".join(parts[: min([last, *loops])])


@contextlib.contextmanager
def silently(shell: Any) -> Iterator[None]:
    """Without output, values of last lines, tracebacks and figures."""
    shown = shell.showtraceback, shell.display_pub.publish, shell.ast_node_interactivity
    shell.showtraceback = lambda *args, **kwargs: None
    shell.display_pub.publish = lambda *args, **kwargs: None
    shell.ast_node_interactivity = "none"
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        shell.showtraceback, shell.display_pub.publish, shell.ast_node_interactivity = shown
