"""Delivered files that are asked for by name are no way to anything else, on every tier.

The files in `cells/by_name/` are cells of one notebook, `NAME` is delivered to it. Each looks for a
way, and ends with an error where it has one.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from forking import REAL_TIERS, chosen
from notebook_attacks import HERE
from notebook_runs import ASK, Executed, assignment, notebook

from grader.assignment.data import AssetStore
from grader.records import Cache, Submission
from grader.run import Setting, Work, run_once

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]
NAME = "shown.txt"
FILES = sorted((HERE / "cells" / "by_name").glob("*.py"))
SECRET = "labels of hidden images"  # noqa: S105 - a text to be looked for
OURS = ("evidence.json", "fingerprints.json", "hidden.npz", "checks.py", "expected.json", "key.pem",
        "measure.py", NAME)  # fmt: skip

CLEAN_ASK = ASK.replace(
    "    pathlib.Path(out,", "    pathlib.Path(out, 'answers.json').unlink()\n    pathlib.Path(out,"
)


def run(folder: Path, tier: str, sources: list[str]) -> Executed:
    student, private = folder / "student", folder / "private"
    for kept in (student, private):
        kept.mkdir()
    (student / NAME).write_text("for students")
    for name in OURS:
        (private / name).write_text(SECRET)
    real = assignment({}, CLEAN_ASK)
    update = {"links": {"data": "{data}"}, "delivered": {NAME: f"{{data}}/{NAME}"}}
    data = real.data.model_copy(update=update)
    begin = f"NAME, OURS, SECRET = {NAME!r}, {OURS!r}, {SECRET!r}\n"
    begin += f"PRIVATE = '/' + {str(private)[1:]!r}"  # in pieces: no place of a tier's own
    work = Work(
        submission=Submission(id="s", file_name="s", sha256="0" * 64, size_bytes=1),
        notebook=notebook(begin, *sources),
        setting=Setting(
            assignment=real.model_copy(update={"data": data}),
            assets=cast(AssetStore, SimpleNamespace(student=student)),
            sandbox=chosen(tier),
            cache=Cache(folder / "cache"),
        ),
        folder=folder / "attempt",
    )
    return Executed(run_once(work, lambda stage: None), folder / "attempt")


@pytest.mark.parametrize("tier", REAL_TIERS)
def test_a_name_is_no_way_to_what_is_not_delivered(tier: str, tmp_path: Path) -> None:
    """Nothing of ours is read, nothing outside of the run is made, the questions are still asked,
    and what was delivered is as it was."""
    before = sorted(path.name for path in Path("/etc").iterdir())
    done = run(tmp_path, tier, [path.read_text() for path in FILES])
    ended = dict(zip([path.stem for path in FILES], done.run.cells[1:], strict=True))
    assert {name: cell.error for name, cell in ended.items() if cell.error} == {}
    assert SECRET not in "".join(done.text(index) for index in range(1, len(FILES) + 1))
    assert done.answers["names"] == []
    assert (tmp_path / "student" / NAME).read_text() == "for students"
    assert {path.read_text() for path in (tmp_path / "private").iterdir()} == {SECRET}
    assert not any(path.is_symlink() for path in tmp_path.rglob(NAME))
    assert sorted(path.name for path in Path("/etc").iterdir()) == before
    assert "own file was read" in ended["own_file_first"].adapted
    assert "was put there" in ended["delivered"].adapted
