"""Each limit through a real kernel: it names itself, the cell, and what to do; the rest is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from notebook_runs import run_cells

from grader.records.limits import Limits
from grader.report.words import LIMIT_WORDS
from grader.run.words import ADVICE, SAYS, explained, reached
from grader.sandbox import choose
from grader.sandbox.outcome import STATUS

SMALL: dict[str, Any] = {
    "memory_mb": 400, "processes": 40, "threads": 90, "disk_mb": 32, "inodes": 900, "cpu_s": 6,
    "wall_s": 30, "cell_s": 20, "output_mb": 4, "cell_output_mb": 1,
}  # fmt: skip
ENDED = {
    "memory_mb": ("kept = []\nwhile True: kept.append(b'x' * (8 << 20))", "out_of_memory"),
    "processes": (
        "import os, time\nfor _ in range(90):\n    if os.fork() == 0: time.sleep(9); os._exit(0)\n"
        "time.sleep(9)",
        "died",
    ),
    "threads": (
        "import threading, time\nfor _ in range(140):\n"
        "    threading.Thread(target=time.sleep, args=(9,)).start()\ntime.sleep(9)",
        "died",
    ),
    "disk_mb": (
        "import time\nfor n in range(60):\n    open(f'f{n}', 'wb').write(b'x' * (1 << 20))\n"
        "    time.sleep(.01)",
        "output_limit",
    ),
    "inodes": (
        "import time\nfor n in range(2000):\n    open(f'f{n}', 'w').close()\ntime.sleep(9)",
        "output_limit",
    ),
    "cpu_s": ("while True: pass", "timeout"),
}


@pytest.mark.sandbox
@pytest.mark.parametrize("limit", ENDED)
def test_a_limit_of_the_run_ends_it_by_name(limit: str, tmp_path: Path) -> None:
    """Status, limit and cell are right, the message says what to do, and the cell before counts."""
    source, status = ENDED[limit]
    done = run_cells(choose(), tmp_path, "my_x = 1", source, "print(1)", **SMALL)
    assert (done.run.status, done.run.limit, done.run.party) == (status, limit, "student")
    assert done.run.cell == 1
    assert done.statuses == ["ok", "killed", "not_run"]
    message = done.run.message.replace(" (from line 2)", "")  # behind an import of its own
    assert message == reached(limit, "Cell 2", Limits(**SMALL))
    assert message.startswith("Cell 2 ")
    assert ADVICE[limit] in done.text(1)


MET = {
    "open_files": (
        "kept = [open('/dev/null') for _ in range(500)]", {"open_files": 200}, "may be open",
    ),
    "file_mb": ("open('f', 'wb').write(b'x' * (9 << 20))", {"file_mb": 8}, "file may have 8 MB"),
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("limit", MET)
def test_a_limit_that_python_reports_is_explained(limit: str, tmp_path: Path) -> None:
    """The run goes on; the cell's error says which limit it was and what to do."""
    source, more, words = MET[limit]
    done = run_cells(choose(), tmp_path, source, "my_y = 1", **(SMALL | more))
    assert done.statuses == ["error", "ok"]
    assert words in done.run.cells[0].error
    assert ADVICE[limit] in done.run.cells[0].error
    assert done.answers["names"] == ["my_y"]


@pytest.mark.sandbox
def test_what_is_printed_too_much_is_cut_and_the_notebook_stays_small(tmp_path: Path) -> None:
    """A cell's output, and the executed notebook as a whole, each with a note in its place."""
    much = "print('x' * 600_000)"
    limits = SMALL | {"output_mb": 9, "notebook_mb": 1, "wall_s": 60}
    done = run_cells(choose(), tmp_path, *[much] * 4, f"{much}\n{much}\n{much}", **limits)
    assert done.run.status == "finished"
    assert (done.folder / "executed.ipynb").stat().st_size < 1_100_000
    assert "too large" in done.text(0) + done.text(4)
    assert "my" not in done.run.message


def test_every_limit_has_its_words() -> None:
    """Whatever can end a run has a status, a sentence and advice; none of them is forgotten."""
    limits = set(Limits.model_fields)
    assert limits <= set(LIMIT_WORDS)
    assert limits <= set(STATUS)
    assert set(SAYS) <= set(ADVICE) <= limits
    quiet = {"cell_output_mb", "notebook_mb"}  # these cut, and end nothing
    assert limits - quiet == set(ADVICE)


def test_errors_of_other_kinds_stay_as_they_are() -> None:
    """Only what the limits cause is explained."""
    assert (
        explained("OSError: [Errno 2] No such file", Limits()) == "OSError: [Errno 2] No such file"
    )
