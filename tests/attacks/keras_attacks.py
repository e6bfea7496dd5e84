"""Attacks on the real assignment: the solution's functions, some of them replaced by an attack."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from notebook_attacks import HERE, Graded, NotebookAttack, write

from grader.assignment import data as assets, folder as assignment
from grader.intake.sources import Source
from grader.pipeline import all_for, batch
from grader.records.cache import Cache
from grader.run import Setting
from grader.sandbox import Sandbox

ROOT = HERE.parent.parent
SOLUTION = ROOT / "reference" / "horses-vs-humans" / "solution.ipynb"
KEPT = ("import os\n", "TRAIN_DIR = ", "LOCAL_WEIGHTS_FILE = ", "# GRADED FUNCTION")
HONEST = "honest"


def functions_only() -> list[str]:
    """The cells of the solution that define something: it trains nothing."""
    cells = json.loads(SOLUTION.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [source for source in sources if source.startswith(KEPT)]


def grade_all(folder: Path, sandbox: Sandbox, tried: list[NotebookAttack]) -> Graded:
    """All of them and an honest one, in one batch."""
    (folder / "in").mkdir()
    cells = {attack.name: [*functions_only(), *attack.cells] for attack in tried}
    cells[HONEST] = functions_only()
    sources = [
        Source(id=name, path=write(folder / "in" / f"{name}.ipynb", made), shown=name)
        for name, made in cells.items()
    ]
    setting = Setting(
        assignment=assignment.load_assignment("horses-vs-humans"),
        assets=assets.find_data(assignment.load_assignment("horses-vs-humans"), "small"),
        sandbox=sandbox,
        cache=Cache.default(),
        out=folder / "runs",
    )
    done = batch.grade_all(all_for(setting, sources), jobs=2)
    return Graded({outcome.source.id: outcome for outcome in done}, setting.folder)


def naive_is_content_with(tried: list[NotebookAttack], folder: Path) -> list[str]:
    """Names of those that a checker in the student's process, which asks Keras, would pay."""
    student = assets.find_data(assignment.load_assignment("horses-vs-humans"), "small").student
    (folder / "data").symlink_to(student)
    (folder / "model").symlink_to(student / "model")
    notebooks = {
        attack.name: [[*functions_only(), *attack.cells], attack.line("Attacks")]
        for attack in tried
        if attack.line("Control") == "fools"
    }
    notebooks["nothing"] = [functions_only(), "accuracy"]
    (folder / "notebooks.json").write_text(json.dumps(notebooks))
    ended = subprocess.run(
        [sys.executable, str(HERE / "naive_keras.py"), "notebooks.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3",
             "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    found: list[str] = json.loads(ended.stdout.splitlines()[-1])
    return found
