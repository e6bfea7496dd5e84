"""A page whose steps are carried out as they stand: its edits made, its commands typed.

In a page that is a tutorial
    ```console   holds commands,
    ```diff      an edit of the file that was named last before it, in backticks: context and lines
                 that go stand there exactly once,
    ```python, ```toml   what is added at that file's end.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"[Ii]n `([\w./-]+\.\w+)`|[Tt]he\s+end of `([\w./-]+\.\w+)`")


@dataclass(frozen=True)
class Step:
    """One block of the page."""

    kind: str
    text: str
    file: str
    """The file that was named last before it."""


def steps(page: str) -> list[Step]:
    """All blocks, from the top."""
    found, file, read = [], "", 0
    for block in BLOCK.finditer(page):
        for named in NAMED.finditer(page, read, block.start()):
            file = named[1] or named[2]
        read = block.end()
        found.append(Step(block[1], block[2], file))
    return found


def carry_out(step: Step, folder: Path, environment: dict[str, str]) -> str:
    """Do it in the folder: what a command printed, else "". Raises AssertionError with the step."""
    if step.kind == "console":
        done = subprocess.run(
            ["bash", "-eu", "-c", step.text], cwd=folder, env=environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, (step.text, done.stdout)
        return done.stdout
    path = folder / step.file
    text = path.read_text(encoding="utf-8")
    path.write_text(edited(text, step) if step.kind == "diff" else text + step.text, "utf-8")
    return ""


def edited(text: str, step: Step) -> str:
    """The file's text with a diff applied, which fits at one place only."""
    lines = [(line[:1] or " ", line[1:] + "\n") for line in step.text.splitlines()]
    old = "".join(line for sign, line in lines if sign in " -")
    new = "".join(line for sign, line in lines if sign in " +")
    assert text.count(old) == 1, f"{step.file}: {text.count(old)} times\n{old}"
    return text.replace(old, new)
