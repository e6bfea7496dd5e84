"""Runs the assignment's `ask.py` inside the notebook's kernel, after the last cell.

The folders are remembered at the kernel's start, before any cell can change the environment or
the working directory.
"""

import gc
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

from ..kernel import own_training
from ..kernel import quicker
from IPython import get_ipython

INSIDE = Path(__file__).resolve().parent
WORK = Path.cwd()
OUT = os.environ.get("GRADER_OUT", str(WORK))


def ask(source: str, asked: str) -> None:
    """Run `ask(notebook, asked, out)` of the given source text.

    Args:
        source: text of the assignment's `ask.py`; it gets a module of its own.
        asked: JSON text of the hidden inputs.
    """
    os.chdir(WORK)
    _own_modules_first()
    quicker.begin_asking()
    gc.disable()  # what is asked for is kept until the end, which is near
    module: Any = types.ModuleType("ask")
    module.ASKED = json.loads(asked)
    module.NOTEBOOK = get_ipython().user_ns
    sys.modules["ask"] = module
    exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    try:
        module.ask(module.NOTEBOOK, module.ASKED, OUT)
    finally:
        own_training.keep(OUT, module.NOTEBOOK)


def keep_trained() -> None:
    """Ask nothing, only keep the model that the notebook trained."""
    os.chdir(WORK)
    _own_modules_first()
    own_training.keep(OUT, get_ipython().user_ns)


def _own_modules_first() -> None:
    """A file of the notebook's with the name of one of ours must not take its place."""
    if str(INSIDE) in sys.path:
        sys.path.remove(str(INSIDE))
    sys.path.insert(0, str(INSIDE))
    for file in INSIDE.glob("*.py"):
        loaded = sys.modules.get(file.stem)
        place = getattr(loaded, "__file__", None) or ""
        if loaded is not None and Path(place).parent != INSIDE:
            del sys.modules[file.stem]
