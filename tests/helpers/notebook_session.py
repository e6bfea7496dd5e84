"""A session of a notebook with the self-check in it, as a program of its own: JSON on stdout.

`python notebook_session.py NOTEBOOK FOLDER`: our own reference notebook, up to its functions, in a
real IPython shell whose work folder is FOLDER; then each graded function is checked.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

FUNCTIONS = ("train_val_datasets", "create_pre_trained_model", "output_of_last_layer",
             "create_final_model")  # fmt: skip
BROKEN = (
    "def output_of_last_layer(model):\n    return model.get_layer('mixed5').output\n"
    "def create_final_model(model, last_output):\n    raise ValueError('not yet')\n"
)


def main(notebook: Path, folder: Path) -> dict[str, Any]:
    """What each check said, and what is left of it in the session."""
    os.chdir(folder)
    shell = InteractiveShell.instance()
    for source in _sources(notebook):
        shell.run_cell(source, silent=True)
    before = {name: id(value) for name, value in shell.user_ns.items() if name[:1] != "_"}
    shell.run_cell("%load_ext grader")
    found = {name: _told(shell.run_cell(f"%grader check {name}").result) for name in FUNCTIONS}
    after = {name: id(value) for name, value in shell.user_ns.items() if name[:1] != "_"}
    kept = (before == after, Path.cwd() == folder, sorted(one.name for one in folder.iterdir()))
    trained = _told(shell.run_cell(f"%grader check {FUNCTIONS[3]} --accuracy").result)
    shell.run_cell(BROKEN, silent=True)
    shell.run_cell("import grader", silent=True)
    broken = {
        name: _told(shell.run_cell(f"grader.check({name!r})").result) for name in FUNCTIONS[2:]
    }
    everything = _told(shell.run_cell("%grader check").result)
    shell.run_cell(f"del {FUNCTIONS[3]}", silent=True)
    undefined = _told(shell.run_cell(f"%grader check {FUNCTIONS[3]}").result)
    return {
        "right": found, "kept": kept, "broken": broken, "all": everything, "undefined": undefined,
        "trained": trained,
    }  # fmt: skip


def _sources(notebook: Path) -> list[str]:
    """The code cells that import something or define a graded function."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    wanted = tuple(f"def {name}" for name in FUNCTIONS)
    kept = [
        text
        for text in code
        if text.lstrip().startswith(("import", "from"))
        or any(one in text for one in wanted)
        or text.lstrip()[:1].isupper()
    ]
    return [text.replace("import unittests\n", "") for text in kept]


def _told(shown: Any) -> dict[str, Any]:
    check = getattr(shown, "check", None)
    return {
        "kind": type(shown).__name__,
        "passed": shown.passed,
        "seconds": getattr(shown, "seconds", 0.0),
        "text": repr(shown),
        "html": shown._repr_html_(),
        "unknown": list(check.unknown) if check else [],
        "said": list(check.said) if check else [],
        "verdicts": [one.model_dump() for one in check.grade.verdicts] if check else [],
    }


if __name__ == "__main__":
    print("\x00" + json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
