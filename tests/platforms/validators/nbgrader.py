"""nbgrader's `gradebook.db`, by the tables of alembic head e43177bfe90b."""

from __future__ import annotations

import re
import sqlite3

from validators.shape import Files, Look

HEAD = "e43177bfe90b"
TABLES: dict[str, set[str]] = {
    "course": {"id"},
    "student": {"id", "first_name", "last_name", "email", "lms_user_id"},
    "assignment": {"id", "name", "duedate", "course_id"},
    "notebook": {"id", "name", "assignment_id", "kernelspec"},
    "submitted_assignment": {"id", "assignment_id", "student_id", "timestamp", "extension"},
    "submitted_notebook": {
        "id", "assignment_id", "notebook_id", "flagged", "late_submission_penalty",
    },
    "base_cell": {"id", "name", "notebook_id", "type"},
    "grade_cells": {"id", "max_score", "cell_type"},
    "solution_cells": {"id"},
    "task_cells": {"id", "max_score", "cell_type"},
    "source_cell": {"id", "name", "cell_type", "locked", "source", "checksum", "notebook_id"},
    "grade": {
        "id", "notebook_id", "cell_id", "auto_score", "manual_score", "extra_credit",
        "needs_manual_grade",
    },
    "comment": {"id", "notebook_id", "cell_id", "auto_comment", "manual_comment"},
    "alembic_version": {"version_num"},
}  # fmt: skip
WITH_UUID = ("assignment", "notebook", "submitted_assignment", "submitted_notebook", "base_cell",
             "source_cell", "grade", "comment")  # fmt: skip
WRONG = {
    "a grade above its cell's maximum, or below 0": """SELECT grade.id FROM grade
        JOIN grade_cells ON grade_cells.id = grade.cell_id
        WHERE auto_score < 0 OR auto_score > max_score + 1e-6""",
    "a score that is no number": "SELECT id FROM grade WHERE typeof(auto_score) = 'text'",
    "no score and no person asked": """SELECT id FROM grade WHERE auto_score IS NULL
        AND manual_score IS NULL AND NOT needs_manual_grade""",
    "a person asked though there is a score": """SELECT id FROM grade
        WHERE needs_manual_grade AND auto_score IS NOT NULL""",
    "a grade of no grade cell": """SELECT id FROM grade WHERE cell_id NOT IN
        (SELECT id FROM grade_cells UNION SELECT id FROM task_cells)""",
    "a comment of no solution cell": """SELECT id FROM comment WHERE cell_id NOT IN
        (SELECT id FROM solution_cells UNION SELECT id FROM task_cells)""",
    "a cell of an unknown kind": """SELECT id FROM base_cell
        WHERE type NOT IN ('GradeCell', 'SolutionCell', 'TaskCell')""",
    "a grade cell that base_cell calls otherwise": """SELECT base_cell.id FROM base_cell
        JOIN grade_cells USING (id) WHERE type != 'GradeCell'""",
    "a grade cell without a source cell": """SELECT id FROM base_cell WHERE NOT EXISTS (SELECT 1
        FROM source_cell WHERE source_cell.name = base_cell.name
        AND source_cell.notebook_id = base_cell.notebook_id)""",
    "a cell's kind that nbgrader does not know": """SELECT id FROM grade_cells
        WHERE cell_type NOT IN ('code', 'markdown')""",
    "a penalty below 0": "SELECT id FROM submitted_notebook WHERE late_submission_penalty < 0",
    "a submission without a notebook": """SELECT id FROM submitted_assignment WHERE id NOT IN
        (SELECT assignment_id FROM submitted_notebook)""",
    "a notebook without all of its grades": """SELECT submitted_notebook.id
        FROM submitted_notebook JOIN base_cell USING (notebook_id) WHERE type = 'GradeCell'
        AND NOT EXISTS (SELECT 1 FROM grade WHERE grade.cell_id = base_cell.id
        AND grade.notebook_id = submitted_notebook.id)""",
}


def problems(files: Files) -> list[str]:
    """`gradebook.db`: what nbgrader would trip over; [] when nothing."""
    look = Look()
    if not files.get("gradebook.db"):
        return ["gradebook.db: is missing or empty"]
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(files["gradebook.db"])
        if _tables(look, database):
            _rows(look, database)
    except sqlite3.Error as problem:
        look.say("gradebook.db", f"is no database: {problem}")
    finally:
        database.close()
    return look.problems


def _tables(look: Look, database: sqlite3.Connection) -> bool:
    for table, columns in TABLES.items():
        found = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        if found != columns:
            look.say(table, f"has the columns {sorted(found)}")
    return not look.problems


def _rows(look: Look, database: sqlite3.Connection) -> None:
    if database.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
        look.say("alembic_version", f"is not {HEAD}")
    for row in database.execute("PRAGMA foreign_key_check").fetchall():
        look.say(str(row[0]), f"points to a row of {row[2]} that is not there")
    for table in WITH_UUID:
        for (found,) in database.execute(f"SELECT id FROM {table}"):  # noqa: S608  (ours)
            if not re.fullmatch(r"[0-9a-f]{32}", str(found)):
                look.say(table, f"{found!r} is no uuid4 in hexadecimal")
    for what, query in WRONG.items():
        if database.execute(query).fetchone():
            look.say("gradebook.db", what)
