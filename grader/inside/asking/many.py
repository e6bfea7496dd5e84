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
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from IPython import get_ipython

from ..kernel import history
from . import freezing
from .answers import one_line
from .main import load

OFTEN = 16
"""So often a network is handed out: twice a variant, with two heads of a hundred MB each."""


def ask(notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
    """asked: {"ask": source, "variants": [{"name", "cells", "asked", "kept"}]}.

    asked: hidden inputs. kept: which of the cells, counted from 1, makes a network that may be
    handed out again; 0: none.
    """
    base = dict(notebook)
    ran = len(history.cells())
    work = Path.cwd()
    network = Kept()
    numpy = sys.modules.get("numpy")
    drawn = random.getstate(), numpy.random.get_state() if numpy else None
    for variant in asked["variants"]:
        started = time.monotonic()
        notebook.clear()
        notebook.update(base)
        freezing.begin_again()
        # what a variant draws must not hang on how many were there before it
        random.setstate(drawn[0])
        if numpy:
            numpy.random.set_state(drawn[1])
        folder = Path(out) / variant["name"] / "out"
        folder.mkdir(parents=True)
        outcome: dict[str, Any] = {"cells": _run(variant, notebook, network), "error": ""}
        os.chdir(work)
        try:
            load(asked["ask"]).ask(notebook, variant["asked"], str(folder))
        except Exception as problem:  # noqa: BLE001 - the next variant is asked all the same
            outcome["error"] = one_line(problem)
        outcome["shared"] = _share(folder, Path(out) / "shared")
        outcome["seconds"] = round(time.monotonic() - started, 3)
        (folder.parent / "told.json").write_text(json.dumps(outcome), encoding="utf-8")
        notebook.clear()
        notebook.update(base)
        history.forget_after(ran)
        if not network.is_as_it_was():
            network.forget()
            for name in ("keras", "tf_keras"):  # its models must not fill the memory
                with contextlib.suppress(Exception):
                    sys.modules[name].backend.clear_session()
        gc.collect()


class Kept:
    """The network that a function without a change gave: building one takes longest of all.

    It is handed out again, within a variant too, only while its flags, its numbers and the cell
    that makes it are the same, and not for ever: it keeps every head alive that was hung behind it.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.source: str | None = None
        self.value: Any = None
        self.as_it_was: object = None
        self.handed_out = 0

    def offer(self, source: str, notebook: dict[str, Any]) -> None:
        """Let the function of this cell, which has just been run, give what it gave before."""
        name = next((name for name in notebook if source.find(f"\ndef {name}(") >= 0), "")
        name = name or source.partition("def ")[2].partition("(")[0]
        function = notebook.get(name)
        if not callable(function):
            return
        if source != self.source:
            self.forget()
            self.source = source

        def memo(*given: Any, **more: Any) -> Any:
            if self.handed_out >= OFTEN or not self.is_as_it_was():
                self.value = function(*given, **more)
                self.as_it_was, self.handed_out = _looks(self.value), 0
            self.handed_out += 1
            return self.value

        memo.__wrapped__ = function  # type: ignore[attr-defined]  # its signature is looked at
        notebook[name] = memo

    def is_as_it_was(self) -> bool:
        """False also where there is nothing that could be handed out again."""
        return self.as_it_was is not None and _looks(self.value) == self.as_it_was


def _looks(network: Any) -> object:
    """Its layers' names and flags, and its numbers; None where it is no network."""
    layers = getattr(network, "layers", None)
    if not isinstance(layers, list):
        return None
    total = hashlib.sha256()
    for array in network.get_weights():
        total.update(array.tobytes())
    flags = [(layer.name, bool(layer.trainable)) for layer in (network, *layers)]
    return flags, total.hexdigest()


def _run(variant: dict[str, Any], notebook: dict[str, Any], network: Kept) -> list[str]:
    """The variant's cells in order, as the notebook runs them; the error of each, "" for none."""
    shell = get_ipython()
    errors = []
    with history.silently(shell):
        for number, source in enumerate(variant["cells"], 1):
            result = shell.run_cell(source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
            errors.append(one_line(problem) if problem is not None else "")
            if number == variant["kept"]:
                network.offer(source, notebook)
    return errors


def _share(folder: Path, shared: Path) -> dict[str, str]:
    """Move large equal files to one place; name of the file → its hash."""
    shared.mkdir(exist_ok=True)
    moved = {}
    for path in sorted(folder.glob("weights_*.bin")):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        moved[path.name] = digest
        if (shared / digest).exists():
            path.unlink()
        else:
            path.rename(shared / digest)
    return moved
