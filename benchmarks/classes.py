"""A class of notebooks to measure with: all distinct in code, so many distinct models."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "reference" / "horses-vs-humans" / "solution.ipynb"
WIDEST = 1024
WIDTHS = 100
"""Beyond so many, models differ in dropout: a narrow head would cost less than a student's."""
DROPOUT = 0.2
OWN = {"code": "own_number = {}", "text": "# student {}"}
"""Class → what each notebook has of its own."""


EARLY_END = ("> 0.999", "> 1.0")
"""The condition of the notebook's own callback, and one that is never met."""


def make(
    folder: Path, count: int, models: int, epochs: int = 0, *, own: str = "code"
) -> list[Path]:
    """`count` notebooks; models differ in the head's width and dropout, notebooks in `own`.

    With "code" no two are equal, so each is run; `models` of them have to be trained. With "text"
    they differ in a comment only, and those with one model share a run. With `epochs` their own
    `fit` goes on for so many; else their callback ends it at an accuracy of 0.999, which the easy
    images of the stand-in reach sooner than real ones do.
    """
    original = json.loads(SOLUTION.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        changed = json.loads(json.dumps(original))
        cells = [cell for cell in changed["cells"] if cell["cell_type"] == "code"]
        cells[0]["source"] = OWN[own].format(number) + "\n" + "".join(cells[0]["source"])
        for cell in cells:
            cell["source"] = _with_head("".join(cell["source"]), number % models)
            if epochs:
                cell["source"] = _lasting(cell["source"], epochs)
        made.append(folder / f"student-{number:04}.ipynb")
        made[-1].write_text(json.dumps(changed))
    return made


def _with_head(source: str, model: int) -> str:
    rate = DROPOUT + model // WIDTHS / 100
    source = source.replace(f"Dense({WIDEST}", f"Dense({WIDEST - model % WIDTHS}")
    return source.replace(f"Dropout({DROPOUT})", f"Dropout({rate:.2f})")


def _lasting(source: str, epochs: int) -> str:
    return source.replace(*EARLY_END).replace("epochs=100", f"epochs={epochs}")
