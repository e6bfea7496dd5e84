"""A batch that is killed, or whose disk is full, at any moment: nothing finished is lost."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
from replaying import replaying

from grader.intake.sources import Source
from grader.pipeline import all_for, batch
from grader.records import Grade
from grader.records.store import current, load
from grader.run import Setting
from grader.sandbox.tiers.recorded import Replay

COUNT, ROUNDS, FULL_ROUNDS = 6, 10, 6
SOLUTION = Path(__file__).parents[2] / "reference" / "horses-vs-humans" / "template.ipynb"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process"),
]


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Notebooks that differ in their code."""
    original = json.loads(SOLUTION.read_text())
    found = []
    for number in range(COUNT):
        code = next(cell for cell in original["cells"] if cell["cell_type"] == "code")
        code["source"] = f"number = {number}\n"
        path = tmp_path / f"s{number}.ipynb"
        path.write_text(json.dumps(original))
        found.append(Source(id=path.stem, path=path, shown=path.name))
    return found


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return replaying(tmp_path)


def grades(setting: Setting) -> dict[str, bytes]:
    """What is finished: id → bytes of its grade."""
    found = {}
    for folder in setting.folder.glob("*"):
        attempt = current(folder) if folder.is_dir() else None
        if attempt and (attempt / "grade.json").is_file():
            found[folder.name] = (attempt / "grade.json").read_bytes()
    return found


def verdicts(setting: Setting) -> dict[str, Any]:
    """Id → what was found, without the times."""
    shown = {}
    for name in grades(setting):
        attempt = current(setting.folder / name)
        grade = load(attempt / "grade.json", Grade) if attempt else None
        assert grade, name
        shown[name] = (grade.points, grade.held, [one.status for one in grade.verdicts])
    return shown


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_at_any_moment(sources: list[Source], setting: Setting) -> None:
    """Killed again and again by SIGKILL: what was finished stays to the byte, the rest is made."""
    fork = multiprocessing.get_context("fork")
    dice, before = random.Random(1), grades(setting)  # noqa: S311 - moments to kill at
    kept_on_the_way = 0
    for _ in range(ROUNDS):
        child = fork.Process(target=batch.grade_all, args=(sources, setting), kwargs={"jobs": 2})
        child.start()
        time.sleep(dice.uniform(0.02, 0.4))
        child.kill()
        child.join()
        child.close()
        now = grades(setting)
        assert {name: now.get(name) for name in before} == before
        kept_on_the_way += len(now) - len(before)
        before = now
    outcomes = batch.grade_all(all_for(setting, sources), jobs=2)
    after = grades(setting)
    assert [bool(outcome.grade) for outcome in outcomes] == [True] * COUNT
    assert {name: after[name] for name in before} == before
    assert set(after) == {source.id for source in sources}
    assert len(set(map(str, verdicts(setting).values()))) == 1, "all are alike, so all end alike"


def test_nothing_is_run_twice(
    sources: list[Source], setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command again runs nothing; with one file damaged, only that submission."""
    runs: list[str] = []
    recorded = Replay.recorded

    def counted(self: Replay, job: Any) -> Any:
        runs.append(job.folder.parent.name)
        return recorded(self, job)

    monkeypatch.setattr(Replay, "recorded", counted)
    batch.grade_all(all_for(setting, sources), jobs=2)
    batch.grade_all(all_for(setting, sources), jobs=2)
    assert sorted(runs) == [source.id for source in sources]
    attempt = current(setting.folder / "s3")
    assert attempt
    (attempt / "evidence.json").write_text("{ half")
    for path in (setting.cache.root / "runs").rglob("evidence.json"):
        path.unlink()
    runs.clear()
    batch.grade_all(all_for(setting, sources), jobs=2)
    assert runs == ["s3"]


def test_the_disk_is_full(
    sources: list[Source], setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes fail here and there; what was finished stays, and with room again all get a grade."""
    dice, fsync = random.Random(2), os.fsync  # noqa: S311 - moments to fail at

    def full(handle: int) -> None:
        if dice.random() < 0.15:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    before = grades(setting)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        for _ in range(FULL_ROUNDS):
            outcomes = batch.grade_all(all_for(setting, sources), jobs=2)
            batch.write_summary(outcomes)  # says so and goes on
            assert all("disk is full" in one.problem for one in outcomes if one.grade is None)
            now = grades(setting)
            assert {name: now.get(name) for name in before} == before
            before = now
    assert all(one.grade for one in batch.grade_all(all_for(setting, sources), jobs=2))
    after = grades(setting)
    assert {name: after[name] for name in before} == before
    assert len(after) == COUNT
    assert not list(setting.folder.rglob(".*")), "no half-written files are left"
