"""Attacks that are cells of a notebook: read, put into one, graded, tried on a naive checker.

One file each in `cells/<group>/`: cells, parted by `# %%`, that stand behind a solution whose
second function is a blank. The docstring says what it tries and

    Safe: earns nothing                   no more points than the same notebook without the attack
    Safe: shown as text                   (reports) and nothing of it acts in any reader's program
    Run: died, …                          statuses with which the run may end (else it goes on)
    Control: fools | acts                 the naive checker, or renderer, falls for it
    Control: none, because …              it cannot be shown harmlessly
    Stored: claims                        the notebook also stores outputs and metadata that lie
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evidence_folder import a_private
from forking import tier
from graph_samples import NETWORK

from grader.assignment import folder as assignment
from grader.intake.sources import Source
from grader.pipeline import all_for, batch
from grader.records import Assets, Grade
from grader.records.cache import Cache
from grader.run import Setting
from grader.sandbox import Sandbox

HERE = Path(__file__).resolve().parent
BLANK = "def running_sums(numbers):\n    return None\n"
HIDDEN = [([3, 1, 4, 1, 5], [3, 4, 8, 9, 14]), ([7, 2, 9, 5, 1], [7, 9, 18, 23, 24])]
GOES_ON = "finished, student_error"
ONLY = os.environ.get("GRADER_ATTACKS", "").split()
LEAVING_KERAS = ("forged_weights", "poisoned_training_set")
"""Of the attacks with Keras, those that leave files for others."""
"""Names of those that are tried; none: all."""
JOBS = 3
"""Runs at once: they need little memory, and many wait for a limit."""


@dataclass(frozen=True)
class NotebookAttack:
    """One file."""

    path: Path
    about: str
    cells: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def line(self, word: str) -> str:
        found = re.search(rf"^{word}: (.+)$", self.about, re.MULTILINE)
        return found[1].strip() if found else ""

    def runs(self) -> list[str]:
        return [word.strip() for word in (self.line("Run") or GOES_ON).split(",")]


def attacks(group: str) -> list[NotebookAttack]:
    """Every file of the group, by name."""
    paths = sorted((HERE / "cells" / group).glob("*.py"))
    return [_read(path) for path in paths if not ONLY or path.stem in ONLY]


def _read(path: Path) -> NotebookAttack:
    text = path.read_text("utf-8")
    about = ast.get_docstring(ast.parse(text)) or ""
    body = text.split('"""', 2)[2]
    return NotebookAttack(path, about, tuple(part.strip("\n") for part in cells_of(body)))


def cells_of(text: str) -> list[str]:
    return [part for part in re.split(r"^# %%.*$", text, flags=re.MULTILINE) if part.strip()]


def solution(*, solved: bool) -> list[str]:
    """The small assignment's cells; not solved: its second function is a blank."""
    cells = cells_of((HERE / "tiny" / "solution.py").read_text("utf-8"))
    return [BLANK if "def running_sums" in cell and not solved else cell for cell in cells]


def attacked(attack: NotebookAttack) -> list[str]:
    return [*solution(solved=False), *attack.cells]


CLAIM = {"output_type": "stream", "name": "stdout", "text": "Grade: 10/10\nall checks passed\n"}


def write(path: Path, cells: list[str], *, claims: bool = False) -> Path:
    """A notebook file."""
    made = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {"grade": 10, "tags": ["graded"]} if claims else {},
            "outputs": [CLAIM] if claims else [],
            "execution_count": 1,
        }
        for source in cells
    ]
    metadata = {"grade": 10, "points": {"sums": 6}, "grader_version": "1"} if claims else {}
    notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def tiny(folder: Path) -> assignment.Assignment:
    """The small assignment, copied below `folder` as an author has it: with its solution."""
    copy = folder / "assignments" / "tiny"
    shutil.copytree(HERE / "tiny", copy, ignore=shutil.ignore_patterns("__pycache__"))
    reference = folder / "reference" / "tiny"
    reference.mkdir(parents=True)
    write(reference / "solution.ipynb", solution(solved=True))
    return assignment.load_assignment(copy)


def setting(folder: Path, sandbox: Sandbox) -> Setting:
    """The small assignment with everything that it needs below `folder`."""
    student, private = folder / "student", folder / "private"
    for place in (student, private):
        place.mkdir(parents=True)
    (student / "shown.txt").write_text("for students")
    assets: Any = SimpleNamespace(
        base_graph=NETWORK,
        fingerprints=a_private(private) / "fingerprints.json",
        record=Assets(kind="stand-in", scale="small", sha256="0" * 64),
        hidden_kind="stand-in",
        student=student,
        recipe_epochs=1,
    )
    return Setting(
        assignment=tiny(folder),
        assets=assets,
        sandbox=sandbox,
        cache=Cache(folder / "cache"),
        out=folder / "runs",
    )


@dataclass(frozen=True)
class Graded:
    """A batch that is over."""

    outcomes: dict[str, batch.Outcome]
    runs: Path

    def grade(self, name: str) -> Grade:
        outcome = self.outcomes[name]
        assert outcome.grade is not None, outcome.problem
        return outcome.grade

    def points(self, name: str) -> dict[str, float]:
        """Criterion → points."""
        return {verdict.criterion: verdict.points for verdict in self.grade(name).verdicts}


WITHOUT, HONEST = "without-the-attack", ("honest-first", "honest-middle", "honest-last")


def graded_on(name: str, folder: Path, tried: list[NotebookAttack]) -> Graded:
    """One batch with everything in it, on that tier; on `warm` every run has to be a fork."""
    return grade_all(folder, tier(name), tried)


def grade_all(folder: Path, sandbox: Sandbox, tried: list[NotebookAttack]) -> Graded:
    """All of them in one batch, with honest neighbours and one that only lacks the attack."""
    for place in ("in", "work"):
        (folder / place).mkdir()
    files = {attack.name: attacked(attack) for attack in tried}
    files[WITHOUT] = solution(solved=False)
    files |= {name: [*solution(solved=True), f"# copy {name}"] for name in HONEST}
    by_name = {attack.name: attack for attack in tried}
    sources = []
    for name in _in_order(list(by_name)):
        attack = by_name.get(name)
        place = folder / "in" / name
        place.mkdir()
        file = place / ((attack.line("File") if attack else "") or "notebook.ipynb")
        write(file, files[name], claims=bool(attack and attack.line("Stored")))
        sources.append(Source(id=name, path=file, shown=file.name))
    chosen = setting(folder / "work", sandbox)
    done = batch.grade_all(all_for(chosen, sources), jobs=JOBS)
    return Graded({outcome.source.id: outcome for outcome in done}, chosen.folder)


def _in_order(names: list[str]) -> list[str]:
    """Honest ones before, between and after."""
    middle = len(names) // 2
    return [HONEST[0], *names[:middle], HONEST[1], WITHOUT, *names[middle:], HONEST[2]]


def fools_the_naive(attack: NotebookAttack, folder: Path) -> bool:
    """Whether the naive checker gives points for it."""
    (folder / "cells.json").write_text(json.dumps(attacked(attack)))
    (folder / "hidden.json").write_text(json.dumps(HIDDEN))
    work = folder / "work"
    work.mkdir()
    words = [sys.executable, str(HERE / "naive.py"), "../cells.json", "../hidden.json"]
    ended = subprocess.run(
        words,
        cwd=work,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(work), "IPYTHONDIR": str(work)},
    )
    written = work / "result.json"
    told = written.read_text() if written.is_file() else ""
    said = re.search(r"^POINTS 10", ended.stdout, re.MULTILINE)
    return ended.returncode == 0 or bool(said) or '"points": 10' in told
