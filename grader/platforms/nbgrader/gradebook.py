"""nbgrader's `gradebook.db`, by its documented tables (alembic head e43177bfe90b, nbgrader 0.9).

All or nothing: one transaction. Ids are made from names, so writing twice writes the same rows.
A database of another version is refused; nbgrader itself upgrades it (`nbgrader db upgrade`).
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence
from pathlib import Path

from grader.platforms.shared.texts import line
from grader.records import Record

HEAD = "e43177bfe90b"
COURSE = "default_course"
SPACE = uuid.UUID("6f7d0c52-51c8-4f43-9f0e-0a4e1c6f2a10")
"""Ours, for ids made from names."""
WAIT_S = 10.0
SCHEMA = """
CREATE TABLE course (id VARCHAR(128) NOT NULL, PRIMARY KEY (id), UNIQUE (id));
CREATE TABLE student (id VARCHAR(128) NOT NULL, first_name VARCHAR(128), last_name VARCHAR(128),
 email VARCHAR(128), lms_user_id VARCHAR(128), PRIMARY KEY (id));
CREATE TABLE assignment (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL, duedate DATETIME,
 course_id VARCHAR(128), PRIMARY KEY (id), UNIQUE (name),
 FOREIGN KEY(course_id) REFERENCES course (id));
CREATE TABLE notebook (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL,
 assignment_id VARCHAR(32), kernelspec VARCHAR(1024), PRIMARY KEY (id),
 UNIQUE (name, assignment_id), FOREIGN KEY(assignment_id) REFERENCES assignment (id));
CREATE TABLE submitted_assignment (id VARCHAR(32) NOT NULL, assignment_id VARCHAR(32),
 student_id VARCHAR(128), timestamp DATETIME, extension DATETIME, PRIMARY KEY (id),
 UNIQUE (assignment_id, student_id), FOREIGN KEY(assignment_id) REFERENCES assignment (id),
 FOREIGN KEY(student_id) REFERENCES student (id));
CREATE TABLE base_cell (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL,
 notebook_id VARCHAR(32) NOT NULL, type VARCHAR(50), PRIMARY KEY (id),
 UNIQUE (name, notebook_id, type), FOREIGN KEY(notebook_id) REFERENCES notebook (id));
CREATE TABLE source_cell (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL,
 cell_type VARCHAR(8) NOT NULL, locked BOOLEAN NOT NULL, source TEXT, checksum VARCHAR(128),
 notebook_id VARCHAR(32), PRIMARY KEY (id), UNIQUE (name, notebook_id),
 FOREIGN KEY(notebook_id) REFERENCES notebook (id));
CREATE TABLE submitted_notebook (id VARCHAR(32) NOT NULL, assignment_id VARCHAR(32),
 notebook_id VARCHAR(32), flagged BOOLEAN, late_submission_penalty FLOAT, PRIMARY KEY (id),
 UNIQUE (notebook_id, assignment_id),
 FOREIGN KEY(assignment_id) REFERENCES submitted_assignment (id),
 FOREIGN KEY(notebook_id) REFERENCES notebook (id));
CREATE TABLE grade_cells (id VARCHAR(32) NOT NULL, max_score FLOAT NOT NULL,
 cell_type VARCHAR(8) NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES base_cell (id));
CREATE TABLE solution_cells (id VARCHAR(32) NOT NULL, PRIMARY KEY (id),
 FOREIGN KEY(id) REFERENCES base_cell (id));
CREATE TABLE task_cells (id VARCHAR(32) NOT NULL, max_score FLOAT NOT NULL,
 cell_type VARCHAR(8) NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES base_cell (id));
CREATE TABLE grade (id VARCHAR(32) NOT NULL, notebook_id VARCHAR(32), cell_id VARCHAR(32),
 auto_score FLOAT, manual_score FLOAT, extra_credit FLOAT, needs_manual_grade BOOLEAN NOT NULL,
 PRIMARY KEY (id), UNIQUE (cell_id, notebook_id),
 FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id),
 FOREIGN KEY(cell_id) REFERENCES base_cell (id));
CREATE TABLE comment (id VARCHAR(32) NOT NULL, notebook_id VARCHAR(32), cell_id VARCHAR(32),
 auto_comment TEXT, manual_comment TEXT, PRIMARY KEY (id), UNIQUE (cell_id, notebook_id),
 FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id),
 FOREIGN KEY(cell_id) REFERENCES base_cell (id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
"""


class Cell(Record):
    """One criterion. `score` None: a person has to give it."""

    name: str
    max_score: float
    score: float | None
    comment: str


class Submitted(Record):
    """One student's notebook with its scores."""

    student: str
    assignment: str
    notebook: str
    cells: tuple[Cell, ...]
    penalty: float = 0.0
    """Points lost for lateness and the like (`late_submission_penalty`)."""


def write(path: Path, rows: Sequence[Submitted], *, dry_run: bool) -> set[str]:
    """Write all rows, or with `dry_run` none; the students whose rows change.

    Raises sqlite3.Error when the file is no gradebook of this version, or is locked.
    """
    if not path.exists() and not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(
        str(path) if path.exists() or not dry_run else ":memory:",
        timeout=WAIT_S,
        isolation_level=None,
    )
    try:
        database.execute("BEGIN IMMEDIATE")
        _prepare(database)
        changed = {row.student for row in rows if _write_one(database, row)}
        database.execute("ROLLBACK" if dry_run else "COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    finally:
        database.close()
    return changed


def _prepare(database: sqlite3.Connection) -> None:
    """Tables of a new file; the version of an old one."""
    if not database.execute("SELECT name FROM sqlite_master").fetchall():
        for statement in filter(str.strip, SCHEMA.split(";")):
            database.execute(statement)
        database.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        database.execute("INSERT INTO course VALUES (?)", (COURSE,))
    found = database.execute("SELECT version_num FROM alembic_version").fetchall()
    if found != [(HEAD,)]:
        raise sqlite3.DatabaseError("it is of another version of nbgrader (nbgrader db upgrade)")


def _write_one(database: sqlite3.Connection, row: Submitted) -> bool:
    """Whether anything changed."""
    before = database.total_changes
    assignment = _id(database, "assignment", name=row.assignment, fill={"course_id": COURSE})
    notebook = _id(database, "notebook", name=row.notebook, assignment_id=assignment)
    database.execute("INSERT OR IGNORE INTO student (id) VALUES (?)", (row.student,))
    submitted = _id(
        database, "submitted_assignment", assignment_id=assignment, student_id=row.student
    )
    place = _id(
        database,
        "submitted_notebook",
        assignment_id=submitted,
        notebook_id=notebook,
        fill={"flagged": 0},
    )
    _set(database, "submitted_notebook", place, late_submission_penalty=row.penalty)
    for cell in row.cells:
        _write_cell(database, notebook, place, cell)
    return database.total_changes > before


def _write_cell(database: sqlite3.Connection, notebook: str, place: str, cell: Cell) -> None:
    """Grade and comment; nbgrader hangs comments on solution cells, so there is one of each."""
    graded = _id(database, "base_cell", name=cell.name, notebook_id=notebook, type="GradeCell")
    solved = _id(database, "base_cell", name=cell.name, notebook_id=notebook, type="SolutionCell")
    database.execute("INSERT OR IGNORE INTO grade_cells VALUES (?, ?, 'code')", (graded, 0.0))
    _set(database, "grade_cells", graded, max_score=cell.max_score)
    database.execute("INSERT OR IGNORE INTO solution_cells VALUES (?)", (solved,))
    fill: dict[str, str | int] = {"cell_type": "code", "locked": 0, "source": "", "checksum": ""}
    _id(database, "source_cell", name=cell.name, notebook_id=notebook, fill=fill)
    grade = _id(
        database, "grade", notebook_id=place, cell_id=graded, fill={"needs_manual_grade": 1}
    )
    _set(database, "grade", grade, auto_score=cell.score)
    by_hand = database.execute("SELECT manual_score FROM grade WHERE id = ?", (grade,)).fetchone()
    _set(database, "grade", grade, needs_manual_grade=int(cell.score is None and not by_hand[0]))
    comment = _id(database, "comment", notebook_id=place, cell_id=solved)
    _set(database, "comment", comment, auto_comment=line(cell.comment))


def _id(
    database: sqlite3.Connection,
    table: str,
    *,
    fill: dict[str, str | int] | None = None,
    **key: str,
) -> str:
    """The id of the row with this key; a new row where there is none. Names are our own."""
    where = " AND ".join(f"{column} = ?" for column in key)
    found = database.execute(
        f"SELECT id FROM {table} WHERE {where}",  # noqa: S608  (table and columns are ours)
        tuple(key.values()),
    ).fetchone()
    if found:
        return str(found[0])
    new = uuid.uuid5(SPACE, "\0".join([table, *key.values()])).hex
    values = {"id": new, **key, **(fill or {})}
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    database.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
        tuple(values.values()),
    )
    return new


def _set(database: sqlite3.Connection, table: str, row: str, **values: str | float | None) -> None:
    """Change a column only where it differs, so that nothing changed can be told."""
    for column, value in values.items():
        database.execute(
            f"UPDATE {table} SET {column} = ? WHERE id = ? AND {column} IS NOT ?",  # noqa: S608
            (value, row, value),
        )
