"""Small notebooks through the real executor, for the tests of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from grader.assignment.data import AssetStore
from grader.assignment.folder import Assignment, load_assignment
from grader.intake.read import Cell, Notebook
from grader.records import Cache, Lacking, Run, Submission
from grader.records.limits import Limits
from grader.run import Setting, Work, run_once
from grader.sandbox import Sandbox

ASK = """
import json, pathlib

def ask(notebook, asked, out):
    names = sorted(name for name in notebook if name.startswith("my_"))
    here = sorted(path.name for path in pathlib.Path().iterdir())
    answers = {"names": names, "asked": asked, "here": here}
    pathlib.Path(out, "answers.json").write_text(json.dumps(answers))
"""


@dataclass
class Executed:
    """What is left of one run."""

    run: Run
    folder: Path

    @property
    def statuses(self) -> list[str]:
        return [cell.status for cell in self.run.cells]

    @property
    def answers(self) -> Any:
        file = self.folder / "out" / "answers.json"
        return json.loads(file.read_text()) if file.exists() else None

    def text(self, index: int) -> str:
        """All that stands under a cell of the executed notebook."""
        node = json.loads((self.folder / "executed.ipynb").read_text())
        return "".join(_text(output) for output in node["cells"][index]["outputs"])


def _text(output: dict[str, Any]) -> str:
    parts = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue")
    return "".join(parts or "")


def notebook(*sources: str, apart: bool = False) -> Notebook:
    """A notebook of code cells."""
    cells = (
        Cell(index=at, kind="code", source=source, apart=apart) for at, source in enumerate(sources)
    )
    return Notebook(cells=tuple(cells))


def assignment(limits: dict[str, Any], ask: str = ASK) -> Assignment:
    """The real assignment with other limits and another `ask.py`."""
    real = load_assignment("horses-vs-humans")
    data = real.data.model_copy(update={"links": {"data": "{data}"}})
    update = {"limits": Limits(**limits), "data": data, "ask_source": ask}
    return real.model_copy(update=update)


def run_cells(
    sandbox: Sandbox,
    folder: Path,
    *sources: str,
    ask: str = ASK,
    asked: Any = None,
    allowed: dict[tuple[int, int], float] | None = None,
    lacking: tuple[Lacking, ...] = (),
    apart: bool = False,
    **limits: Any,
) -> Executed:
    """Run code cells in a sandbox."""
    student = folder / "student"
    student.mkdir(parents=True, exist_ok=True)
    (student / "shown.txt").write_text("for students")
    submission = Submission(id="s", file_name="s.ipynb", sha256="0" * 64, size_bytes=1)
    setting = Setting(
        assignment=assignment(limits, ask),
        assets=cast(AssetStore, SimpleNamespace(student=student)),
        sandbox=sandbox,
        cache=Cache(folder / "cache"),
    )
    work = Work(
        submission=submission,
        notebook=notebook(*sources, apart=apart),
        setting=setting,
        asked=asked,
        lacking=lacking,
        folder=folder / "attempt",
    )
    run = run_once(work, lambda stage: None, allowed or {})
    return Executed(run, folder / "attempt")
