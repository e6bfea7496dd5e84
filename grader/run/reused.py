"""The executed notebook of a submission whose equal code was run for another one.

Its own cells, with the outputs of the other's. What quotes source text (stack traces, warnings on
stderr) is left out: comments differ, and they are the other author's.
"""

from pathlib import Path
from typing import Any

import nbformat

from grader.intake import Notebook
from grader.records import Limits
from grader.run.outputs import empty, make, write

OURS = "[grader] "
reads: Any = nbformat.read
"""nbformat has no types."""


def write_reused(
    executed: Path, places: dict[int, int], notebook: Notebook, limits: Limits, target: Path
) -> None:
    """Write `target` from the other's `executed`.

    places: index of a code cell in the other notebook → index of the same cell in this one.
    A missing or damaged `executed` gives a notebook without outputs.
    """
    node = empty(notebook)
    for theirs, outputs in _outputs(executed).items():
        if theirs in places:
            node.cells[places[theirs]].outputs = [one for one in map(_plain, outputs) if one]
    write(node, target, limits.notebook_mb)


def _outputs(executed: Path) -> dict[int, list[Any]]:
    try:
        cells = reads(executed, as_version=4).cells
    except Exception:  # noqa: BLE001 - nbformat's own many kinds; these outputs are only shown
        return {}
    return {index: cell.outputs for index, cell in enumerate(cells) if cell.cell_type == "code"}


def _plain(output: Any) -> Any:
    """The output without quotations; None when nothing is left."""
    if output.output_type == "error":
        return make.new_output(
            "error",
            ename=output.ename,
            evalue=output.evalue,
            traceback=[f"{output.ename}: {output.evalue}"],
        )
    if output.output_type == "stream" and output.name == "stderr":
        return output if output.text.startswith(OURS) else None
    return output
