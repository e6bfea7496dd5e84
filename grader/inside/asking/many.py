"""Asks the functions of many variants of one solution, one after the other, in one kernel.

The audit's own `ask.py`: TensorFlow is imported once, the cells that no variant changes are run
once. Every variant gets the namespace that these cells left, runs its own cells in it, is asked by
the assignment's `ask.py`, and leaves a folder of its own: `out/<name>/out/`.

Arrays are large and mostly the same: equal files are kept once, in `out/shared/<sha256>`, and
`told.json` says which file of a variant stands there.
"""

import contextlib
import gc
import hashlib
import io
import json
import os
import sys
import time
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from . import freezing
from ..kernel import history
from ..kernel import quicker
from .answers import one_line
from IPython import get_ipython

SHARED = "shared"


def ask(notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
    """asked: {"ask": source, "asked": hidden inputs, "variants": [{"name", "cells"}]}."""
    base = dict(notebook)
    ran = len(history.cells())
    work = Path.cwd()
    network = Kept()
    for variant in asked["variants"]:
        started = time.monotonic()
        notebook.clear()
        notebook.update(base)
        freezing.begin_again()
        folder = Path(out) / variant["name"] / "out"
        folder.mkdir(parents=True)
        told: dict[str, Any] = {"cells": _run(variant["cells"]), "error": ""}
        network.offer(variant["cells"], notebook)
        os.chdir(work)
        try:
            _asked(asked["ask"], notebook, asked["asked"], str(folder))
        except Exception as problem:  # noqa: BLE001 - the next variant is asked all the same
            told["error"] = one_line(problem)
        told["shared"] = _share(folder, Path(out) / SHARED)
        told["seconds"] = round(time.monotonic() - started, 3)
        (folder.parent / "told.json").write_text(json.dumps(told), encoding="utf-8")
        notebook.clear()
        notebook.update(base)
        history.forget_after(ran)
        if not network.still_as_it_was():
            network.forget()
        _collect_garbage(everything=network.value is None)


class Kept:
    """The network that a function without a change gave: building one takes longest of all.

    It is handed out again only while its flags, its numbers and the cell that makes it are the
    same; what later functions hung behind it is taken off.
    """

    source: str | None
    value: Any
    flags: list[bool] | None
    digest: str | None
    nodes: dict[int, dict[str, int]]

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.source = self.value = self.flags = self.digest = None
        self.nodes = {}

    def offer(self, cells: Sequence[str], notebook: dict[str, Any]) -> None:
        """Let the first function of the first own cell give what it gave before."""
        source = cells[0] if len(cells) > 1 else ""
        name = next((one for one in notebook if source.find(f"\ndef {one}(") >= 0), "")
        name = name or source.partition("def ")[2].partition("(")[0] if source else ""
        function = notebook.get(name)
        if not callable(function):
            return
        if source != self.source:
            self.forget()
            self.source = source

        def memo(*given: Any, **more: Any) -> Any:
            if self.value is None:
                made = function(*given, **more)
                if quicker.holds_zeros(made):
                    return made  # it is asked for once more
                self._keep(made)
            return self.value

        memo.__wrapped__ = function  # type: ignore[attr-defined]  # its signature is what is looked at
        notebook[name] = memo

    def _keep(self, value: Any) -> None:
        self.value = value
        self.nodes = {id(one): _nodes(one) for one in self._layers()}
        self.flags = self._flags()
        self.digest = self._numbers()

    def _layers(self) -> list[Any]:
        layers = getattr(self.value, "layers", None)
        return [self.value, *layers] if isinstance(layers, list) else []

    def _flags(self) -> list[bool]:
        return [bool(getattr(one, "trainable", None)) for one in self._layers()]

    def _numbers(self) -> str:
        """Of all weights; "" where it has none to show."""
        total = hashlib.sha256()
        for array in getattr(self.value, "get_weights", list)():
            total.update(array.tobytes())
        return total.hexdigest()

    def still_as_it_was(self) -> bool:
        """False also where there is nothing that could be handed out again."""
        if not self._layers() or self._flags() != self.flags or self._numbers() != self.digest:
            return False
        for one in self._layers():
            for name, count in self.nodes.get(id(one), {}).items():
                del getattr(one, name)[count:]
        return True


def _nodes(layer: Any) -> dict[str, int]:
    names = ("_inbound_nodes", "_outbound_nodes")
    return {
        one: len(getattr(layer, one)) for one in names if isinstance(getattr(layer, one, 0), list)
    }


def _run(cells: Sequence[str]) -> list[str]:
    """The variant's cells in order, as the notebook runs them; the error of each, "" for none."""
    shell = get_ipython()
    errors = []
    with _silently(shell):
        for source in cells:
            result = shell.run_cell(source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
            errors.append(one_line(problem) if problem is not None else "")
    return errors


@contextlib.contextmanager
def _silently(shell: Any) -> Iterator[None]:
    """What hundreds of variants print is of no use, and would reach the limit of output."""
    kept = shell.showtraceback, shell.display_pub.publish, shell.ast_node_interactivity
    shell.showtraceback = lambda *args, **kwargs: None
    shell.display_pub.publish = lambda *args, **kwargs: None
    shell.ast_node_interactivity = "none"
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        shell.showtraceback, shell.display_pub.publish, shell.ast_node_interactivity = kept


def _asked(source: str, notebook: dict[str, Any], asked: Any, out: str) -> None:
    module: Any = types.ModuleType("ask")
    module.ASKED = asked
    module.NOTEBOOK = notebook
    sys.modules["ask"] = module
    exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    module.ask(notebook, asked, out)


def _share(folder: Path, shared: Path) -> dict[str, str]:
    """Move large equal files to one place; name of the file → its hash."""
    shared.mkdir(exist_ok=True)
    moved = {}
    for path in sorted(folder.glob("weights_*.bin")):
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        moved[path.name] = found
        if (shared / found).exists():
            path.unlink()
        else:
            path.rename(shared / found)
    return moved


def _collect_garbage(*, everything: bool) -> None:
    """Models of the variant before must not fill the memory."""
    for name in ("keras", "tf_keras") if everything else ():
        with contextlib.suppress(Exception):
            sys.modules[name].backend.clear_session()
    gc.collect()
