"""The unit of work depends on its bytes and hashes alone, on whichever machine it is done."""

from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from replaying import replaying

from grader.intake.sources import Source
from grader.pipeline.submission import Setting
from grader.pipeline.unit import Work, perform, work_for
from grader.records import Evidence, Grade
from grader.records.cache import Cache
from grader.records.errors import AssetError, AssignmentError
from grader.records.store import load

TEMPLATE = Path(__file__).parents[2] / "reference" / "horses-vs-humans" / "template.ipynb"


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return replaying(tmp_path)


@pytest.fixture
def work(setting: Setting) -> Work:
    return work_for(Source(id="ada", path=TEMPLATE, shown="ada.ipynb"), setting)


def elsewhere(setting: Setting, name: str) -> Setting:
    """Another machine: folders of its own, an empty cache."""
    home = setting.out.parent / name
    return dataclasses.replace(setting, out=home / "runs", cache=Cache(home / "cache"))


def test_two_machines_make_the_same_folder(setting: Setting, work: Work) -> None:
    """Same name, same evidence, same verdicts; only the clock differs."""
    sent: Work = pickle.loads(pickle.dumps(work))  # noqa: S301 - our own
    folders = [perform(sent, elsewhere(setting, name)) for name in ("one", "two")]
    assert folders[0].name == folders[1].name
    assert sorted(p.name for p in folders[0].iterdir()) == sorted(
        p.name for p in folders[1].iterdir()
    )
    one, two = (load(folder / "evidence.json", Evidence) for folder in folders)
    assert one
    assert one == two
    first, second = (load(folder / "grade.json", Grade) for folder in folders)
    assert first
    assert second
    assert first.model_copy(update={"graded_at": second.graded_at}) == second
    assert (folders[0] / "submission.ipynb").read_bytes() == TEMPLATE.read_bytes()


def test_doing_it_again_changes_nothing(setting: Setting, work: Work) -> None:
    """An engine may repeat work that it believes lost."""
    folder = perform(work, setting)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".json"}
    again = perform(work, setting)
    after = {path.name: path.read_bytes() for path in again.iterdir() if path.suffix == ".json"}
    timed = [json.loads(files.pop("run.json")) for files in (before, after)]
    assert set(timed[0].pop("stages")) >= set(timed[1].pop("stages"))
    assert timed[0] == timed[1]
    assert (again, after) == (folder, before)


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"assignment_sha256": "f" * 64}, AssignmentError), ({"assets_sha256": "f" * 64}, AssetError)],
)
def test_other_hashes_are_refused(
    setting: Setting, work: Work, change: dict[str, Any], problem: type[Exception]
) -> None:
    """A worker with another edition, or other data, does nothing."""
    with pytest.raises(problem):
        perform(work.model_copy(update=change), setting)
    assert not setting.folder.exists()
