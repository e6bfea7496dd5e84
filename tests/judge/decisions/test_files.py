"""Decisions in files: kept as a trail, read from TOML and CSV, refused with file and place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from samples_report import grade

from grader.judge.decisions.apply import Override, apply
from grader.judge.decisions.files import read, record, trail
from grader.records.errors import AssignmentError, GraderError


def said(kind: Any, **fields: Any) -> Override:
    """A decision on the sample grade."""
    return Override(kind=kind, submission="perfect", **fields)


def test_the_trail_only_grows(tmp_path: Path) -> None:
    """Every decision is a line, in order; a damaged line is an error and never left out."""
    assert trail(tmp_path) == ()
    lines = (said("override", criterion="cut", points=3, why="a\nb"), said("exempt"))
    for one in lines:
        record(tmp_path, one)
    assert trail(tmp_path) == lines
    path = tmp_path / "overrides.jsonl"
    assert len(path.read_text().splitlines()) == 2
    path.write_text(path.read_text() + '{"kind": "total"\n')
    with pytest.raises(GraderError, match="no decision"):
        trail(tmp_path)


TOML = """
[policy]
due = 2026-05-01T12:00:00Z
per_day = 0.1

[[submission]]
id = "perfect"
submitted_at = 2026-05-02T13:00:00+02:00
extension_hours = 24
comment = "Well done."
why = "illness"
by = "ta"
override = [{criterion = "cut", points = 4, why = "argued"}]

[[submission]]
id = "other"
exempt = true
total = 50
release = true
"""


def test_a_toml_file(tmp_path: Path) -> None:
    """Policy and decisions, applied."""
    path = tmp_path / "class.toml"
    path.write_text(TOML)
    found = read(path)
    done = apply(grade(), found.overrides, found.policy)
    assert done.points == 94
    assert {one.kind for one in done.adjustments} == {"override", "comment", "extension"}
    assert {one.kind for one in found.overrides if one.submission == "other"} == {
        "exempt", "total", "release",
    }  # fmt: skip


def test_a_csv_file(tmp_path: Path) -> None:
    """One decision a line, as a spreadsheet writes it."""
    path = tmp_path / "class.csv"
    path.write_text(
        "\ufeffsubmission,kind,criterion,value,why,by\r\n"
        "perfect,override,cut,4,argued,ta\r\nperfect,comment,,Well done.,,\r\n"
        "perfect,exempt,,,,\r\nperfect,submitted,,2026-05-02T13:00:00Z,,\r\n"
    )
    done = apply(grade(), read(path).overrides)
    assert (done.points, done.exempt) == (94, True)
    assert [one.why for one in done.adjustments if one.kind == "comment"] == ["Well done."]


BAD = {
    "x.toml": [
        "[polcy]", "policy = 1", "[policy]\nper_day = 2", "[policy]\ndue = 2026-05-01T12:00:00",
        "[[submission]]\ntotal = 1", '[[submission]]\nid = "a"\ntotl = 1',
        '[[submission]]\nid = "a"\ntotal = -1', '[[submission]]\nid = "a"\ntotal = nan',
        '[[submission]]\nid = "a"\noverride = [{points = "x"}]', "[[",
        '[[submission]]\nid = "a"\nsubmitted_at = "yesterday"',
    ],
    "x.csv": [
        "", "id,kind\n", "submission,kind,points\na,total,1\n", "submission,kind,value\na,total,\n",
        "submission,kind,value\na,bonus,1\n", "submission,kind,value\na,total,many\n",
        "submission,kind,value\na,total,1,2\n", "submission,kind,value\na,submitted,2026-05-01\n",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts]
)
def test_a_wrong_file_is_named(name: str, text: str, tmp_path: Path) -> None:
    """Unknown keys, wrong values, bare times: with the file's name, and for CSV the line."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(AssignmentError, match=name.replace(".", r"\.")):
        read(path)
