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
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from IPython import get_ipython

from ..kernel import history
from . import freezing
from .answers import one_line
from .main import load

SHARED = "shared"


def ask(notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
    """asked: {"ask": source, "asked": hidden inputs, "variants": [{"name", "cells"}]}."""
    base = dict(notebook)
    ran = len(history.cells())
    work = Path.cwd()
    for variant in asked["variants"]:
        started = time.monotonic()
        notebook.clear()
        notebook.update(base)
        freezing.begin_again()
        folder = Path(out) / variant["name"] / "out"
        folder.mkdir(parents=True)
        told: dict[str, Any] = {"cells": _run(variant["cells"]), "error": ""}
        os.chdir(work)
        try:
            load(asked["ask"]).ask(notebook, asked["asked"], str(folder))
        except Exception as problem:  # noqa: BLE001 - the next variant is asked all the same
            told["error"] = one_line(problem)
        told["shared"] = _share(folder, Path(out) / SHARED)
        told["seconds"] = round(time.monotonic() - started, 3)
        (folder.parent / "told.json").write_text(json.dumps(told), encoding="utf-8")
        notebook.clear()
        notebook.update(base)
        history.forget_after(ran)
        for name in ("keras", "tf_keras"):  # its models must not fill the memory
            with contextlib.suppress(Exception):
                sys.modules[name].backend.clear_session()
        gc.collect()


def _run(cells: Sequence[str]) -> list[str]:
    """The variant's cells in order, as the notebook runs them; the error of each, "" for none."""
    shell = get_ipython()
    errors = []
    with history.silently(shell):
        for source in cells:
            result = shell.run_cell(source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
            errors.append(one_line(problem) if problem is not None else "")
    return errors


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
