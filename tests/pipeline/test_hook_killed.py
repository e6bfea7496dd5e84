"""Killed at any stage, or out of time: what was decided stays, and is never a nought of ours."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import hook_program
import pytest
from hook_program import STAGES
from validators import VALIDATORS

from grader.platforms.registry import CONTAINERS

pytestmark = pytest.mark.slow

PLATFORM = pytest.mark.parametrize("platform", sorted(CONTAINERS))
DECIDED = STAGES.index("measure")
"""From here on something is decided."""


@pytest.fixture(scope="module")
def processes() -> Iterator[ForkServerContext]:
    """Processes that come up at once, from a server that has imported everything."""
    with pytest.MonkeyPatch.context() as environment:
        # the server of Python 3.11 looks for what it is to import beforehand in no other place
        environment.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "helpers"))
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["hook_program"])
        yield context


def start(
    context: ForkServerContext,
    platform: str,
    folder: Path,
    stage: str,
    *,
    failed: bool = False,
    limit_s: float = 600,
) -> BaseProcess:
    """The hook, in a process of its own."""
    arguments = (platform, folder, stage, failed, limit_s)
    process = context.Process(target=hook_program.main, args=arguments)
    process.start()
    return process


def ended(process: BaseProcess, folder: Path) -> tuple[int | None, str]:
    """Exit status, and what it said."""
    process.join(30)
    return process.exitcode, (folder / "said").read_text()


def wait_until_it_stopped(folder: Path) -> None:
    patience = time.monotonic() + 120
    while not list(folder.rglob("stopped")):
        assert time.monotonic() < patience
        time.sleep(0.01)


def written(folder: Path) -> dict[str, bytes]:
    """What the platform would read."""
    out = folder / "out"
    return {path.name: path.read_bytes() for path in out.iterdir()} if out.is_dir() else {}


def valid_part(platform: str, files: dict[str, bytes]) -> None:
    """Valid, marked as not the end, and with the points that were decided."""
    assert VALIDATORS[platform](files) == []
    assert b"cut short" in b"".join(files.values())
    if platform == "gradescope":
        assert json.loads(files["results.json"])["score"] == 92
    if platform == "prairielearn":
        assert json.loads(files["results.json"])["score"] == pytest.approx(0.92)
    if platform == "coursera":
        assert json.loads(files["feedback.json"])["fractionalScore"] > 0.5


@pytest.mark.parametrize("stage", STAGES)
@PLATFORM
def test_killed_at_a_stage(
    platform: str, stage: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """By the platform, without a word: a whole valid file or none, never half of one."""
    process = start(processes, platform, tmp_path, stage)
    wait_until_it_stopped(tmp_path)
    process.kill()
    process.join(30)
    files = written(tmp_path)
    if STAGES.index(stage) < DECIDED:
        assert files == {}
    else:
        valid_part(platform, files)


@PLATFORM
def test_we_stop_before_the_platform_does(
    platform: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """With what was decided and status 0; the process does not wait for what it is doing."""
    status, said = ended(start(processes, platform, tmp_path, "measure", limit_s=3), tmp_path)
    assert status == 0
    assert "the time is over" in said
    valid_part(platform, written(tmp_path))


def test_a_platform_that_asks_to_stop_is_answered(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    """Docker's SIGTERM: status 0, because Coursera takes any other for a failed grader."""
    process = start(processes, "coursera", tmp_path, "measure")
    wait_until_it_stopped(tmp_path)
    process.terminate()
    status, said = ended(process, tmp_path)
    assert (status, "the time is over" in said) == (0, True)
    valid_part("coursera", written(tmp_path))


@PLATFORM
def test_out_of_time_before_anything_was_decided(
    platform: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """No file and status 1: the platform says that grading failed."""
    status, said = ended(start(processes, platform, tmp_path, "run", limit_s=2), tmp_path)
    assert status == 1
    assert "no file was written" in said
    assert written(tmp_path) == {}


@PLATFORM
def test_where_measuring_fails_the_rest_is_kept(
    platform: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """Too little memory for training: the criteria that were decided count all the same."""
    status, said = ended(start(processes, platform, tmp_path, "none", failed=True), tmp_path)
    assert status == 0
    assert "measuring failed" in said
    valid_part(platform, written(tmp_path))


@PLATFORM
def test_a_whole_grade_is_no_part(
    platform: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """Nothing is cut short where nothing stops."""
    status, _ = ended(start(processes, platform, tmp_path, "none"), tmp_path)
    assert status == 0
    files = written(tmp_path)
    assert VALIDATORS[platform](files) == []
    assert b"cut short" not in b"".join(files.values())


@PLATFORM
def test_what_is_no_notebook_is_said_to_the_student(
    platform: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    """At once, with what to do; it is no fault of ours and no grade of their work."""
    (tmp_path / "my.ipynb").write_text('{"cells": [')
    status, said = ended(start(processes, platform, tmp_path, "none"), tmp_path)
    assert status == (1 if platform == "github" else 0)
    assert "nothing was graded" in said
    files = written(tmp_path)
    assert VALIDATORS[platform](files) == []
    told = b"".join(files.values())
    assert b"could not be read" in told
    assert b"breaks off in the middle" in told
    assert b"hand that in" in told
    assert str(tmp_path).encode() not in told
