"""The program of a notebook's sandbox: its kernel, and after the last cell the questions."""

import json
import os
import sys
import types
from pathlib import Path
from typing import Any

from IPython import get_ipython

from ..kernel import main as kernel, own_training
from . import freezing

WORK = Path.cwd()
OUT = os.environ.get("GRADER_OUT", str(WORK))
"""Where the run's folders are: seen before any cell can change directory or environment."""


def main(connection_file: str) -> None:
    """Start the kernel and serve until it is told to end."""
    sys.argv[:] = [__file__, connection_file]
    kernel.serve(connection_file, follow=[freezing.follow])


def ask(source: str, asked: str) -> None:
    """Run `ask(notebook, asked, out)` of the given source text.

    Args:
        source: text of the assignment's `ask.py`.
        asked: JSON text of the hidden inputs.
    """
    os.chdir(WORK)
    notebook = get_ipython().user_ns
    try:
        load(source).ask(notebook, json.loads(asked), OUT)
    finally:
        own_training.keep(OUT, notebook)


def keep_trained() -> None:
    """Ask nothing, only keep the model that the notebook trained."""
    os.chdir(WORK)
    own_training.keep(OUT, get_ipython().user_ns)


def load(source: str) -> Any:
    """The text of an `ask.py` as a module of its own."""
    module = types.ModuleType("grader_inside.ask")
    sys.modules[module.__name__] = module
    exec(compile(source, "ask.py", "exec"), module.__dict__)  # noqa: S102 - our own text
    return module
