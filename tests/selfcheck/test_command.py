"""`grader check` as a student calls it: what it prints, its exit status, watching."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_calls import call
from evidence_samples import assignment, evidence, final, plain, with_graph
from own_notebooks import cell, save

from grader import selfcheck
from grader.records import Evidence
from grader.records.errors import GraderError
from grader.sandbox import choose
from grader.selfcheck.judged import SelfCheck, judge_here


def checked(one: Evidence | None = None) -> SelfCheck:
    """A self-check of this evidence (else of a right notebook's), without hidden images."""
    return judge_here(assignment(), (one or evidence()).model_copy(update={"measured": None}))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """`grader check` with all but the running; `answers` are what one check after another finds."""
    told: dict[str, Any] = {"answers": [checked()], "opened": [], "path": tmp_path / "my.ipynb"}
    save(told["path"], cell("a = 1"))

    class Desk:
        folder = tmp_path
        setting = type("Setting", (), {"sandbox": choose("none")})
        stop = ""

    def check(at: Any, announce: Any) -> SelfCheck:
        one = told["answers"].pop(0)
        if isinstance(one, Exception):
            raise one
        return one  # type: ignore[no-any-return]

    monkeypatch.setattr(selfcheck, "desk", lambda *args, **more: Desk)
    monkeypatch.setattr(selfcheck, "check_file", check)
    monkeypatch.setattr(webbrowser, "open", told["opened"].append)
    return told


def test_all_right_is_exit_0_and_not_yet_is_exit_1(command: dict[str, Any]) -> None:
    """With a table, what to mend first, what cannot be known, and where the report is."""
    command["answers"] = [checked(), checked(with_graph("final", final([plain("Flatten")])))]
    status, text = call("check", command["path"])
    assert (status, command["opened"]) == (0, [])
    assert "92 of 92 points that can be known here" in text
    assert "is as it was asked for" in text
    assert "decided on hidden data" in " ".join(text.split())
    assert "runs as any program that you start yourself" in " ".join(text.split())
    status, text = call("check", command["path"], "--open")
    assert status == 1
    assert "Mend this first:" in text
    assert "We expected:" in text
    assert command["opened"][0].endswith("report.html")


def test_a_criterion_that_is_not_known_is_no_nought(command: dict[str, Any]) -> None:
    """Its line says of how many points, not 0 of them."""
    _, text = call("check", command["path"])
    line = next(line for line in text.splitlines() if line.startswith("│? │"))
    assert "Accuracy" in line
    assert "of 8" in line
    assert "0/8" not in text


def test_watching_goes_on_over_a_broken_save_and_ends_by_ctrl_c(
    command: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is that of the last check; the page is opened once."""

    def three(path: Path, *, stop: str) -> Iterator[str]:
        yield from "123"
        raise KeyboardInterrupt

    monkeypatch.setattr(selfcheck, "saves", three)
    command["answers"] = [checked(), GraderError("half a file"), checked()]
    status, text = call("check", command["path"], "--watch", "--open")
    assert status == 0
    assert "half a file" in text
    assert text.count("Watching for the next save") == 3
    assert "Stopped watching." in text
    assert len(command["opened"]) == 1
