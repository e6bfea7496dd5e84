"""A class of notebooks to measure with: all distinct in code, so many distinct models."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "reference" / "horses-vs-humans" / "solution.ipynb"
WIDEST = 1024


def make(folder: Path, count: int, models: int) -> list[Path]:
    """`count` notebooks; models differ in the width of the head's layer, notebooks in a constant.

    No two have equal code, so each is run; `models` of them have to be trained.
    """
    original = json.loads(SOLUTION.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        changed = json.loads(json.dumps(original))
        cells = [cell for cell in changed["cells"] if cell["cell_type"] == "code"]
        cells[0]["source"] = f"own_number = {number}\n" + "".join(cells[0]["source"])
        width = WIDEST - number % models
        for cell in cells:
            cell["source"] = "".join(cell["source"]).replace(f"Dense({WIDEST}", f"Dense({width}")
        made.append(folder / f"student-{number:04}.ipynb")
        made[-1].write_text(json.dumps(changed))
    return made
