"""nbgrader's database and pages, and what its validator refuses."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from platform_cases import GOLDEN, copy_of_runs, send
from platform_files import contents, database
from validators.nbgrader import problems

from grader.records.errors import PlatformError

FOLDER = GOLDEN / "nbgrader"
BROKEN = {
    "another version": "UPDATE alembic_version SET version_num = '167914646830'",
    "two versions": "INSERT INTO alembic_version VALUES ('x')",
    "no version": "DELETE FROM alembic_version",
    "a table is gone": "DROP TABLE comment",
    "a column more": "ALTER TABLE grade ADD COLUMN max_score FLOAT",
    "a column renamed": "ALTER TABLE student RENAME COLUMN email TO mail",
    "too many points": "UPDATE grade SET auto_score = 1000",
    "negative points": "UPDATE grade SET auto_score = -1",
    "points as text": "UPDATE grade SET auto_score = 'six' WHERE auto_score = 6",
    "nobody asked for a missing score": "UPDATE grade SET needs_manual_grade = 0",
    "asked though there is a score": "UPDATE grade SET needs_manual_grade = 1",
    "an id that is a number": "UPDATE assignment SET id = 1",
    "an id with dashes": "UPDATE grade SET id = 'a-' || substr(id, 3)",
    "a grade of no cell": "UPDATE grade SET cell_id = hex(zeroblob(16)) WHERE rowid = 1",
    "a grade of no notebook": "UPDATE grade SET notebook_id = replace(id, 'a', 'b')",
    "a submission of nobody": "DELETE FROM student WHERE id = 'late'",
    "an assignment of no course": "DELETE FROM course",
    "no notebook": "DELETE FROM submitted_notebook",
    "a cell of another kind": "UPDATE base_cell SET type = 'Grade' WHERE rowid = 1",
    "grade cells called solutions": "DELETE FROM base_cell WHERE type = 'GradeCell'",
    "no source cells": "DELETE FROM source_cell",
    "a source cell is gone": "DELETE FROM source_cell WHERE name = 'cut'",
    "an unknown cell type": "UPDATE grade_cells SET cell_type = 'raw'",
    "a negative penalty": "UPDATE submitted_notebook SET late_submission_penalty = -1",
    "a grade is gone": "DELETE FROM grade WHERE rowid = 5",
    "a comment on a grade cell": """UPDATE comment SET cell_id =
        (SELECT id FROM grade_cells LIMIT 1) WHERE rowid = 1""",
}


@pytest.mark.parametrize("statement", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(statement: str) -> None:
    """One thing changed in a good database."""
    assert problems({"gradebook.db": database(FOLDER)}) == []
    assert problems({"gradebook.db": database(FOLDER, statement)}) != []


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\x00", b"x" * 5000])
def test_the_validator_refuses_what_is_no_database(data: bytes) -> None:
    """Empty, cut off, something else."""
    assert problems({"gradebook.db": data}) != []


def query(out: Path, text: str) -> list[tuple[object, ...]]:
    """Rows of the written database."""
    connection = sqlite3.connect(out / "gradebook.db")
    try:
        return connection.execute(text).fetchall()
    finally:
        connection.close()


SCORES = """SELECT base_cell.name, auto_score, needs_manual_grade FROM grade
    JOIN base_cell ON base_cell.id = cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    WHERE student_id = '{}' ORDER BY base_cell.name"""


@pytest.mark.slow
def test_a_hold_asks_for_a_person(tmp_path: Path) -> None:
    """No automatic score at all, and `needs_manual_grade` on every cell."""
    send("nbgrader", tmp_path / "out", copy_of_runs(tmp_path))
    rows = query(tmp_path / "out", SCORES.format("held"))
    assert len(rows) == 16
    assert {row[1:] for row in rows} == {(None, 1)}
    assert query(tmp_path / "out", SCORES.format("exempt")) == []


@pytest.mark.slow
def test_points_and_penalty_add_up(tmp_path: Path) -> None:
    """Lateness is nbgrader's own penalty, not taken from a cell."""
    send("nbgrader", tmp_path / "out", copy_of_runs(tmp_path))
    rows = query(tmp_path / "out", SCORES.format("late"))
    assert sum(row[1] for row in rows) == 98  # type: ignore[misc]
    penalties = query(
        tmp_path / "out",
        "SELECT late_submission_penalty FROM submitted_notebook WHERE late_submission_penalty > 0",
    )
    assert penalties == [(9.8,)]


@pytest.mark.slow
def test_what_people_typed_into_nbgrader_stays(tmp_path: Path) -> None:
    """Manual scores and comments are theirs, also when we write again."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    send("nbgrader", out, runs)
    connection = sqlite3.connect(out / "gradebook.db")
    connection.execute("UPDATE grade SET manual_score = 1.5, auto_score = 0")
    connection.execute("UPDATE comment SET manual_comment = 'seen'")
    connection.commit()
    connection.close()
    receipt = send("nbgrader", out, runs)
    assert "sent" in {entry.status for entry in receipt.entries}
    assert query(out, "SELECT DISTINCT manual_score FROM grade") == [(1.5,)]
    assert query(out, "SELECT DISTINCT manual_comment FROM comment") == [("seen",)]
    assert query(out, SCORES.format("perfect"))[0][1] == 10


@pytest.mark.slow
def test_pages_lie_where_nbgrader_looks(tmp_path: Path) -> None:
    """`feedback/<student>/<assignment>/<notebook>.html`."""
    out = tmp_path / "out"
    send("nbgrader", out, copy_of_runs(tmp_path), assignment="ps3", notebook="transfer")
    pages = [name for name in contents(out) if name.endswith(".html")]
    assert pages == [
        "feedback/hostile/ps3/transfer.html",
        "feedback/perfect/ps3/transfer.html",
    ]


@pytest.mark.slow
def test_a_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    """nbgrader upgrades it, not we; not a byte is changed."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "gradebook.db").write_bytes(
        database(FOLDER, "UPDATE alembic_version SET version_num = 'old'")
    )
    before = contents(out)
    with pytest.raises(PlatformError, match="db upgrade"):
        send("nbgrader", out, copy_of_runs(tmp_path))
    assert contents(out) == before


@pytest.mark.slow
def test_a_database_that_somebody_writes_to_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formgrader may hold it: that is said, and nothing is half written."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "gradebook.db").write_bytes(database(FOLDER))
    before = contents(out)
    monkeypatch.setattr("grader.platforms.nbgrader.WAIT_S", 0.01)
    other = sqlite3.connect(out / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(PlatformError, match="formgrader"):
        send("nbgrader", out, copy_of_runs(tmp_path))
    other.close()
    assert contents(out) == before


def test_without_the_package_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader is an extra; nothing is written."""
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(PlatformError, match=r"pip install 'notebook-grader\[nbgrader\]'"):
        send("nbgrader", tmp_path / "out", copy_of_runs(tmp_path))
    assert not (tmp_path / "out").exists()


def test_one_student_has_one_submission(tmp_path: Path) -> None:
    """Two would overwrite each other."""
    people = tmp_path / "roster.csv"
    people.write_text("submission,user\nperfect,ada\nlate,ada\n")
    with pytest.raises(PlatformError, match="ada has more than one"):
        send("nbgrader", tmp_path / "out", copy_of_runs(tmp_path), roster=str(people))


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a b"])
def test_names_are_never_paths(name: str, tmp_path: Path) -> None:
    """They become folders below feedback/."""
    with pytest.raises(PlatformError, match="cannot be a name"):
        send("nbgrader", tmp_path / "out", copy_of_runs(tmp_path), assignment=name)
