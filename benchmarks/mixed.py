"""Several assignments in one batch: `python -m benchmarks.mixed [--count 60] [--out FOLDER]`.

Labelled cases of every assignment that the repository has, as many of each, and notebooks of none
of them, all given to one command that is not told which is which. Prints every verdict that is not
as the case says, and every stranger that was not held; the exit status is 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import ROOT, timed

STRANGERS = {
    "another-framework": "import torch\n\ndef build_model():\n    return torch.nn.Linear(4, 2)",
    "other-functions": "def train_happy_sad_model():\n    return None\n\nprint('happy')",
    "only-words": "",
    "a-table": "import pandas as pd\n\nframe = pd.DataFrame({'a': [1, 2]})\nframe.describe()",
    "plain-python": "def twice(number):\n    return 2 * number\n\ntwice(3)",
    "another-network": (
        "import tensorflow as tf\n\nmodel = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
        "model.compile(optimizer='sgd', loss='mse')"
    ),
}
"""Name → the code of a notebook that belongs to no assignment."""


def chosen_cases(count: int) -> list[Path]:
    """About so many in all, evenly from each assignment's list, no name twice."""
    tables = sorted((ROOT / "reference").glob("*/expected.json"))
    found: dict[str, Path] = {}
    for table in tables:
        cases = [
            case for case in json.loads(table.read_text()).values() if case["mode"] == "recipe"
        ]
        share = count // len(tables)
        for number in range(share):
            path = table.parent / cases[number * len(cases) // share]["notebook"]
            found.setdefault(path.stem, path)
    return list(found.values())


def write_strangers(folder: Path) -> list[Path]:
    """One notebook of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, code in STRANGERS.items():
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        words = {"cell_type": "markdown", "metadata": {}, "source": "# Homework"}
        cells = [words, {**cell, "source": code}] if code else [words]
        book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        (folder / f"{name}.ipynb").write_text(json.dumps(book))
    return sorted(folder.glob("*.ipynb"))


def held(runs: Path, name: str) -> bool:
    """Whether the only grade of that submission is on hold and without points."""
    grades = [json.loads(path.read_text()) for path in runs.glob(f"**/{name}/*/grade.json")]
    return len(grades) == 1 and grades[0]["held"] and not grades[0]["points"]


def main() -> None:
    """Choose, grade, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--scale", default="small")
    parser.add_argument("--out", type=Path, help="Keep the class and its grades here.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-mixed-") as name:
        folder = given.out or Path(name)
        strangers = write_strangers(folder / "strangers")
        cases = chosen_cases(given.count - len(strangers))
        runs = folder / "runs"
        paths = [str(path) for path in (*cases, *strangers)]
        cost = timed("grade", *paths, "--out", str(runs), "--scale", given.scale)
        compare = [sys.executable, str(ROOT / "reference" / "make_cases.py"), "--against"]
        wrong = [
            slug
            for slug in sorted({path.relative_to(ROOT / "reference").parts[0] for path in cases})
            if subprocess.run([*compare, str(runs / slug), slug], check=False).returncode
        ]
        free = [path.stem for path in strangers if not held(runs, path.stem)]
    print(f"{len(cases)} labelled cases and {len(strangers)} strangers: {cost.wall_s:.0f} s")
    print(f"strangers that were not held: {', '.join(free) or 'none'}")
    sys.exit(bool(wrong or free))


if __name__ == "__main__":
    main()
