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
import random
import sys
import time
import types
from pathlib import Path

import freezing
import history
import quicker
from answering import one_line
from IPython import get_ipython

SHARED = "shared"
OFTEN = 16
"""So often a network is handed out: twice a variant, with two heads of 150 MB each."""


def ask(notebook, asked, out):
    """asked: {"ask": source, "variants": [{"name", "cells", "asked", "kept"}]}.

    asked: hidden inputs. kept: which of the cells, counted from 1, makes a network that may be
    handed out again; 0: none.
    """
    base = dict(notebook)
    ran = len(history.cells())
    work = Path.cwd()
    network = Kept()
    drawn = _drawn()
    for variant in asked["variants"]:
        started = time.monotonic()
        notebook.clear()
        notebook.update(base)
        freezing.begin_again()
        _draw_again(drawn)
        folder = Path(out) / variant["name"] / "out"
        folder.mkdir(parents=True)
        told = {"cells": _run(variant, notebook, network), "error": ""}
        os.chdir(work)
        try:
            _asked(asked["ask"], notebook, variant["asked"], str(folder))
        except Exception as problem:  # noqa: BLE001 - the next variant is asked all the same
            told["error"] = one_line(problem)
        told["shared"] = _share(folder, Path(out) / SHARED)
        told["seconds"] = round(time.monotonic() - started, 3)
        (folder.parent / "told.json").write_text(json.dumps(told), encoding="utf-8")
        notebook.clear()
        notebook.update(base)
        history.forget_after(ran)
        if not network.is_as_it_was():
            network.forget()
        _collect_garbage(everything=network.value is None)


def _drawn():
    """Where the generators are that everything is drawn from, or gets its seed from."""
    numpy = sys.modules.get("numpy")
    return random.getstate(), numpy.random.get_state() if numpy else None


def _draw_again(drawn):
    """What a variant draws must not hang on how many were there before it."""
    random.setstate(drawn[0])
    if drawn[1] is not None:
        sys.modules["numpy"].random.set_state(drawn[1])


class Kept:
    """The network that a function without a change gave: building one takes longest of all.

    It is handed out again, within a variant too, only while its flags, its numbers and the cell
    that makes it are the same, and not for ever: it keeps every head alive that was hung behind it.
    """

    def __init__(self):
        self.forget()

    def forget(self):
        self.source = self.value = self.as_it_was = None
        self.handed_out = 0

    def offer(self, source, notebook):
        """Let the function of this cell, which has just been run, give what it gave before."""
        name = next((one for one in notebook if source.find(f"\ndef {one}(") >= 0), "")
        name = name or source.partition("def ")[2].partition("(")[0]
        function = notebook.get(name)
        if not callable(function):
            return
        if source != self.source:
            self.forget()
            self.source = source

        def memo(*given, **more):
            if self.handed_out >= OFTEN or not self.is_as_it_was():
                made = function(*given, **more)
                if quicker.holds_zeros(made):
                    return made  # it is asked for once more
                self.value, self.as_it_was, self.handed_out = made, _looks(made), 0
            self.handed_out += 1
            return self.value

        memo.__wrapped__ = function  # its signature is what is looked at
        notebook[name] = memo

    def is_as_it_was(self):
        """False also where there is nothing that could be handed out again."""
        return self.as_it_was is not None and _looks(self.value) == self.as_it_was


def _looks(network):
    """Its layers' names and flags, and its numbers; None where it is no network."""
    layers = getattr(network, "layers", None)
    if not isinstance(layers, list):
        return None
    total = hashlib.sha256()
    for array in network.get_weights():
        total.update(array.tobytes())
    flags = [(one.name, bool(one.trainable)) for one in (network, *layers)]
    return flags, total.hexdigest()


def _run(variant, notebook, network):
    """The variant's cells in order, as the notebook runs them; the error of each, "" for none."""
    shell = get_ipython()
    errors = []
    with _silently(shell):
        for number, source in enumerate(variant["cells"], 1):
            result = shell.run_cell(source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
            errors.append(one_line(problem) if problem is not None else "")
            if number == variant["kept"]:
                network.offer(source, notebook)
    return errors


@contextlib.contextmanager
def _silently(shell):
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


def _asked(source, notebook, asked, out):
    module = types.ModuleType("ask")
    module.ASKED = asked
    module.NOTEBOOK = notebook
    sys.modules["ask"] = module
    exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    module.ask(notebook, asked, out)


def _share(folder, shared):
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


def _collect_garbage(*, everything):
    """Models of the variant before must not fill the memory."""
    for name in ("keras", "tf_keras") if everything else ():
        with contextlib.suppress(Exception):
            sys.modules[name].backend.clear_session()
    gc.collect()
