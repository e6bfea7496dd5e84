"""Outputs of the cells: budgets, and the executed notebook that is kept.

A cell's outputs are cut at `cell_output_mb`; the cell runs on. What it sends beyond counts towards
`output_mb` all the same, and there the run ends. Only text and pictures are kept: HTML, SVG and
scripts could act in a reader's browser.
"""

import json
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4

from grader.intake import Notebook
from grader.records import Limits, write_atomically
from grader.run.messages import CUT, Message, terminal

make: Any = nbformat.v4
reads: Any = nbformat.read
writes: Any = nbformat.writes
"""nbformat has no types."""
CELL_OUTPUTS = 500
"""Pieces of output kept of one cell; more than anybody scrolls through."""
RUN_MESSAGES = 30_000
"""A real training prints one message a step: 100 epochs of 33 steps send 4,000."""
MB = 1_000_000
LONGEST_NOTE = 500
LINE_CHARS = 12
"""Around each line of an output, in the file."""
NEWEST_MINOR = 5


class Budget:
    """Counts what the kernel sends; `exceeded` names the limit that was passed, or is ""."""

    def __init__(self, limits: Limits) -> None:
        self.cell_bytes = int(limits.cell_output_mb * MB)
        self.run_bytes = int(limits.output_mb * MB)
        self.received = 0
        self.messages = 0
        self.exceeded = ""

    def receive(self, size: int) -> None:
        """One message of `size` bytes has arrived."""
        self.received += size
        self.messages += 1
        if self.received > self.run_bytes or self.messages > RUN_MESSAGES:
            self.exceeded = "output_mb"


def _note(notes: list[str], note: str) -> None:
    if len(notes) < 3 and note not in notes:  # noqa: PLR2004 - enough to read
        notes.append(note)


class CellOutputs:
    """Collects the outputs of one cell."""

    def __init__(self, budget_bytes: int) -> None:
        self.left = budget_bytes
        self.cut = False
        self.shortened: list[str] = []
        self.adapted: list[str] = []
        self.notes: list[str] = []
        """Remarks of ours, which stand behind all of it."""
        self._outputs: list[dict[str, Any]] = []
        self._named: dict[str, int] = {}
        self._clear_next = False

    def add(self, message: Message) -> None:
        """Take one clean message of an output type (see messages.OUTPUTS) or a cut one."""
        kind, content = message["msg_type"], message["content"]
        for name, notes in (("shortened", self.shortened), ("adapted", self.adapted)):
            if name in content:
                _note(notes, content[name])
                return
        if kind == "clear_output":
            self.clear(wait=content["wait"])
            return
        size = 0 if kind == CUT else _size(content)
        if kind == CUT or size > self.left or len(self._outputs) >= CELL_OUTPUTS:
            self.cut = True
            return
        self.left -= size
        if self._clear_next:
            self.clear(wait=False)
        self._keep(kind, content)

    def clear(self, *, wait: bool) -> None:
        """The notebook asked to clear its output (now, or when the next one comes)."""
        self._clear_next = wait
        if not wait:
            self._outputs.clear()
            self._named.clear()

    def _keep(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            self._stream(content["name"], content["text"])
        elif kind == "error":
            self._outputs.append({"output_type": "error", **content})
        elif kind == "update_display_data":
            index = self._named.get(content["display_id"])
            if index is not None:
                self._outputs[index]["data"] = content["data"]
        else:
            if content["display_id"]:
                self._named[content["display_id"]] = len(self._outputs)
            self._outputs.append({"output_type": "display_data", "data": content["data"]})

    def _stream(self, name: str, text: str) -> None:
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == name:
            last["parts"].append(text)
        else:
            self._outputs.append({"output_type": "stream", "name": name, "parts": [text]})

    def forget_error(self) -> None:
        """The last piece failed and is tried in another way."""
        if self._outputs and self._outputs[-1]["output_type"] == "error":
            del self._outputs[-1]

    def nodes(self) -> list[Any]:
        """The outputs as nbformat wants them."""
        notes = [f"Shortened for grading – {text}." for text in self.shortened]
        notes += dict.fromkeys(self.notes)
        return [*map(_node, self._outputs), *map(note, notes)]


def _size(content: dict[str, Any]) -> int:
    if "text" in content:
        return len(content["text"])
    if "data" in content:
        return sum(len(value) for value in content["data"].values())
    return len(content["evalue"]) + sum(len(line) for line in content["traceback"])


def _node(output: dict[str, Any]) -> Any:
    if output["output_type"] == "stream":
        text = terminal("".join(output["parts"]))
        return make.new_output("stream", name=output["name"], text=text)
    return make.new_output(**output)


def note(text: str) -> Any:
    """A visible remark of the grader's, as an output."""
    return make.new_output("stream", name="stderr", text=f"[grader] {text[:LONGEST_NOTE]}\n")


def empty(notebook: Notebook) -> Any:
    """A notebook with the submission's cells and nothing else of it."""
    makers = {
        "code": make.new_code_cell,
        "markdown": make.new_markdown_cell,
        "raw": make.new_raw_cell,
    }
    cells = [makers[cell.kind](cell.source, id=f"cell-{cell.index}") for cell in notebook.cells]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return make.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


def write(node: Any, path: Path, limit_mb: float) -> None:
    """Write the executed notebook atomically, without the largest outputs where it is too large:
    as many as seem to be enough, then half of the rest, as it takes seconds to write one."""
    shown = [cell for cell in node.cells if cell.cell_type == "code" and cell.outputs]
    sized = sorted(((_written(cell.outputs), cell) for cell in shown), key=lambda each: -each[0])
    total = sum(len(cell.source) for cell in node.cells) + sum(size for size, _ in sized)
    while sized and total > limit_mb * MB:
        total -= sized[0][0]
        _leave_out(sized, 1)
    text = writes(node, version=4)
    while sized and len(text) > limit_mb * MB:
        _leave_out(sized, (len(sized) + 1) // 2)
        text = writes(node, version=4)
    write_atomically(path, text.encode(), lasting=False)


def _written(outputs: list[Any]) -> int:
    """About as many characters they take: each line stands by itself in the file."""
    texts = [text for output in outputs for text in _texts(output)]
    lengths = (len(json.dumps(text, ensure_ascii=False)) for text in texts)
    return sum(lengths) + LINE_CHARS * sum(text.count("\n") for text in texts)


def _texts(output: Any) -> list[str]:
    texts = [output.get("text", ""), output.get("evalue", "")]
    return [*texts, *output.get("traceback", ()), *output.get("data", {}).values()]


def _leave_out(sized: list[tuple[int, Any]], count: int) -> None:
    """The outputs of the first cells."""
    for _, cell in sized[:count]:
        cell.outputs = [note("These outputs were left out: the executed notebook was too large.")]
    del sized[:count]


def write_reused(
    executed: Path, places: dict[int, int], notebook: Notebook, limits: Limits, target: Path
) -> None:
    """The executed notebook of a submission whose equal code was run for another one.

    Its own cells, with the outputs of the other's. What quotes source text (stack traces, warnings
    on stderr) is left out: comments differ, and they are the other author's.

    places: index of a code cell in the other notebook → index of the same cell in this one.
    A missing or damaged `executed` gives a notebook without outputs.
    """
    node = empty(notebook)
    for theirs, outputs in _outputs(executed).items():
        if theirs in places:
            node.cells[places[theirs]].outputs = [
                output for output in map(_plain, outputs) if output
            ]
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
        return output if output.text.startswith("[grader] ") else None
    return output
