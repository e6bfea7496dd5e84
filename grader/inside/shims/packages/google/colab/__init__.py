"""Stands for what Colab gives its notebooks: a drive that holds the assignment's own files.

Nobody is there to choose a file or to see a page, and no secrets are in here.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

from google.colab import drive


def _part(name: str, *silent: str, **functions: Callable[..., Any]) -> types.ModuleType:
    """A module of these functions, and of `silent` ones that have nothing to do."""
    module = types.ModuleType(f"{__name__}.{name}")
    vars(module).update(dict.fromkeys(silent, lambda *arguments, **options: None), **functions)
    sys.modules[module.__name__] = module
    return module


def _upload(*arguments: Any, **options: Any) -> dict[str, bytes]:
    print("Nobody is there to choose a file while a notebook is graded.")
    return {}


files = _part("files", "download", "view", upload=_upload)
output = _part("output", "clear", "eval_js", "register_callback")
userdata = _part("userdata", get=lambda key: "")
__all__ = ["drive", "files", "output", "userdata"]
