"""Equal code is run once, for whoever handed it in."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.intake.notebook import Cell, Notebook, code_sha256, normal_form
from grader.pipeline import equal_code as module
from grader.pipeline.equal_code import equal_code, worth_keeping
from grader.records import Assets, CellRun, Evidence, Measured, Run, Submission
from grader.records.cache import Cache
from grader.records.evidence_file import save_evidence
from grader.records.limits import Limits
from grader.run import Setting, Work

ASSETS = Assets(kind="stand-in", scale="small", sha256="0" * 64)


def notebook(*sources: str, words: int = 0) -> Notebook:
    """Code cells after so many cells of prose."""
    prose = [Cell(index=place, kind="markdown", source="hello") for place in range(words)]
    code = [
        Cell(index=words + place, kind="code", source=text) for place, text in enumerate(sources)
    ]
    return Notebook(cells=(*prose, *code))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1  # mine", "x = 1"),
        ("x = 'a'", 'x = "a"'),
        ("f(1,\n  2)\n\n\n", "f(1, 2)"),
        ("# only a remark", "# another"),
    ],
)
def test_words_for_people_do_not_count(one: str, other: str) -> None:
    """Comments, blank lines, quotes."""
    assert code_sha256(notebook(one)) == code_sha256(notebook(other, words=3))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("x = 1",), ("x = 2",)),
        (("x = 1",), ("x = 1.0",)),
        (("x = 1",), ("x = True",)),
        (("x = 1",), ("y = 1",)),
        (("x = 1", "y = 2"), ("x = 1\ny = 2",)),
        (("x = 1", "y = 2"), ("y = 2", "x = 1")),
        (("!ls a",), ("!ls b",)),
        (("%time x = 1  # a",), ("%time x = 1  # b",)),
        (("x = (",), ("x = ( ",)),
        (("'''doc'''",), ("'''other'''",)),
        (("ab",), ("a", "b")),
    ],
)
def test_everything_else_counts(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Constants and their types, names, order, the split into cells, magics letter by letter."""
    assert code_sha256(notebook(*one)) != code_sha256(notebook(*other))


def test_what_python_cannot_read_is_still_hashed() -> None:
    """Null bytes, lone surrogates, nesting without end."""
    for odd in ("x = '\x00'", "x = '\udc80'", "(" * 5000, "-" * 5000 + "1"):
        assert normal_form(odd)
        assert code_sha256(notebook(odd))


def evidence(**run: Any) -> Evidence:
    facts = {"status": "finished", "cells": (CellRun(index=0, status="ok"),)} | run
    return Evidence(
        assignment="a",
        submission=submission("first"),
        run=Run(**facts),
        assets=ASSETS,
        measured=Measured(status="ok"),
    )


def submission(name: str) -> Submission:
    return Submission(id=name, file_name=f"{name}.ipynb", sha256=name, size_bytes=1)


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    anything: Any = SimpleNamespace(
        recipe="some", name="bubblewrap", lacks=(), slug="a", limits=Limits(), record=ASSETS
    )
    return Setting(
        assignment=anything, assets=anything, sandbox=anything, cache=Cache(tmp_path / "cache")
    )


class Runs:
    """Counts the runs; each writes an executed notebook."""

    def __init__(self, attempt: Path, evidence: Evidence, outputs: list[Any]) -> None:
        self.attempt, self.evidence, self.outputs, self.count = attempt, evidence, outputs, 0

    def __call__(self) -> Evidence:
        self.count += 1
        cell = {
            "cell_type": "code", "id": "a", "source": "# secret of the first\nx = 1",
            "metadata": {}, "execution_count": None, "outputs": self.outputs,
        }  # fmt: skip
        node = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (self.attempt / "executed.ipynb").write_text(json.dumps(node))
        save_evidence(self.attempt, self.evidence)
        return self.evidence


def go(
    name: str,
    source: str,
    setting: Setting,
    folder: Path,
    *,
    found: Evidence | None = None,
    words: int = 0,
    decides: dict[str, Any] | None = None,
    outputs: list[Any] | None = None,
) -> tuple[Evidence, Runs]:
    attempt = folder / name
    attempt.mkdir(exist_ok=True)
    runs = Runs(attempt, found or evidence(), outputs or [])
    book = notebook(source, words=words)
    work = Work(
        submission=submission(name),
        notebook=book,
        setting=setting,
        code=code_sha256(book),
        key=decides or {},
        folder=attempt,
    )
    with equal_code(work, share=setting.share) as known:
        return known or runs(), runs


def test_the_second_of_equal_code_is_not_run(setting: Setting, tmp_path: Path) -> None:
    """It gets the evidence under its own name, its own cells' places, and says where it is from."""
    _, first = go("first", "x = 1  # mine", setting, tmp_path)
    second, runs = go("second", "x = 1", setting, tmp_path, words=2)
    assert (first.count, runs.count) == (1, 0)
    assert second.submission.id == "second"
    assert [cell.index for cell in second.run.cells] == [2]
    assert second.run.reused_from == code_sha256(notebook("x = 1"))
    assert (tmp_path / "second" / "run.json").is_file()


def test_other_code_is_run_also_where_it_is_asked_the_same(
    setting: Setting, tmp_path: Path
) -> None:
    """An assignment may ask every notebook alike: nothing but the code tells them apart then."""
    go("first", "x = 1", setting, tmp_path)
    _, runs = go("second", "x = 2", setting, tmp_path)
    assert runs.count == 1


def test_the_executed_notebook_quotes_nobody_else(setting: Setting, tmp_path: Path) -> None:
    """Output is shown; stack traces and warnings, which quote the source, are not."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "said"},
        {"output_type": "stream", "name": "stderr", "text": "warn(1)  # secret of the first"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["# secret of the"]},
    ]
    go("first", "x = 1  # secret of the first", setting, tmp_path, outputs=outputs)
    go("second", "x = 1", setting, tmp_path, words=1)
    shown = (tmp_path / "second" / "executed.ipynb").read_text()
    assert "said" in shown
    assert "E: v" in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"share": False},
        {"assignment": SimpleNamespace(slug="b", limits=Limits(), recipe="some")},
        {"sandbox": SimpleNamespace(name="landlock", lacks=())},
    ],
    ids=["opted out", "another assignment", "another sandbox"],
)
def test_where_anything_else_differs_it_is_run(
    setting: Setting, tmp_path: Path, change: dict[str, Any]
) -> None:
    """Never across assignments; not when the instructor says so."""
    go("first", "x = 1", setting, tmp_path)
    _, runs = go("second", "x = 1", dataclasses.replace(setting, **change), tmp_path)
    assert runs.count == 1
    _, runs = go("third", "x = 1", setting, tmp_path, decides={"assets": "other"})
    assert runs.count == 1


@pytest.mark.parametrize(
    "found",
    [
        evidence(status="timeout", limit="wall_s"),
        evidence(status="died"),
        evidence(party="ours", status="died"),
        evidence(cells=(CellRun(index=0, status="timeout"),)),
        evidence().model_copy(update={"measured": None}),
        evidence().model_copy(update={"measured": Measured(status="failed")}),
    ],
    ids=["time", "died", "ours", "a cell's time", "not measured", "measuring failed"],
)
def test_what_may_end_otherwise_next_time_is_not_kept(
    setting: Setting, tmp_path: Path, found: Evidence
) -> None:
    """Limits depend on the machine's load, faults of ours on us: the next one is run."""
    assert not worth_keeping(found)
    got, _ = go("first", "x = 1", setting, tmp_path, found=found)
    assert got == found
    assert go("second", "x = 1", setting, tmp_path)[1].count == 1


def test_damaged_keepings_are_made_anew(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache is never the reason that somebody gets no grade."""
    go("first", "x = 1", setting, tmp_path)
    for path in (tmp_path / "cache").rglob("evidence.json"):
        path.write_text("{")
    assert go("second", "x = 1", setting, tmp_path)[1].count == 1
    monkeypatch.setattr(module, "programs", lambda: "other programs of ours")
    assert go("third", "x = 1", setting, tmp_path)[1].count == 1


def test_equal_requests_at_once_wait_for_one(setting: Setting, tmp_path: Path) -> None:
    """Ten at the same moment: one run."""
    started = threading.Barrier(10)
    counts: list[int] = []

    def one(name: str) -> Callable[[], None]:
        def work() -> None:
            started.wait()
            counts.append(go(name, "x = 1", setting, tmp_path)[1].count)

        return work

    threads = [threading.Thread(target=one(f"s{number}")) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0] * 9 + [1]
