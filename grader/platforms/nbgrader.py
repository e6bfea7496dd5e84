"""nbgrader: `gradebook.db` and `feedback/<student>/<assignment>/<notebook>.html`.

One criterion is one grade cell of the notebook `<notebook>` (default: the assignment's slug).
What a person typed into nbgrader (manual scores, comments) is never touched. Held: no automatic
score and `needs_manual_grade`, nbgrader's own word for it.

The database is written by the tables of nbgrader's own `nbgrader.api`, all or nothing, and not by
its class `Gradebook`: that commits after every call, writes into a database of another version
before it looks at it, and starts the program `alembic` from the search path to make a new one. A
database of another version is refused; nbgrader itself upgrades it (`nbgrader db upgrade`).
"""

import sqlite3
import string
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.platforms.seam import (
    Entry,
    Options,
    Platform,
    Receipt,
    Sending,
    entry_for,
    refused,
    report,
)
from grader.platforms.shared.page import line
from grader.platforms.shared.roster import Person
from grader.records import Grade, PlatformError, Record, with_extra
from grader.report import amount, told_once

COURSE = "default_course"
SPACE = uuid.UUID("6f7d0c52-51c8-4f43-9f0e-0a4e1c6f2a10")
"""Ours, for ids made from names: writing twice writes the same rows."""
WAIT_S = 10.0
"""For nbgrader's formgrader to let go of the database."""


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

    Raises PlatformError when nbgrader is not installed, or the file is no gradebook of its
    version, or is locked.
    """
    try:
        from nbgrader import api  # noqa: PLC0415  (optional extra; takes seconds)
        from sqlalchemy import create_engine, exc, pool  # noqa: PLC0415
        from sqlalchemy.orm import Session  # noqa: PLC0415
    except ImportError as problem:
        raise PlatformError(
            "nbgrader: the package nbgrader is not installed.",
            what_to_do=with_extra("nbgrader"),
        ) from problem
    try:
        if not dry_run:
            path.parent.mkdir(parents=True, exist_ok=True)
        where = ":memory:" if dry_run and not path.exists() else path
        # No isolation level: the transaction is ours to begin, SQLAlchemy ends it.
        database = sqlite3.connect(where, timeout=WAIT_S, isolation_level=None)
        engine = create_engine("sqlite://", creator=lambda: database, poolclass=pool.NullPool)
        with Session(engine, autoflush=False) as session:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            _prepare(session, api)
            book = Book(session, api)
            changed = set()
            for row in rows:
                before = database.total_changes
                book.write(row)
                session.flush()
                if database.total_changes > before:
                    changed.add(row.student)
            if not dry_run:
                session.commit()
        return changed
    except (sqlite3.Error, exc.DBAPIError) as problem:
        raise PlatformError(
            f"nbgrader: {path.name}: {getattr(problem, 'orig', problem)}.",
            what_to_do="Close nbgrader's formgrader, or check that it is nbgrader's file.",
        ) from problem


def _prepare(session: Any, api: Any) -> None:
    """Tables of a new file; the version of an old one."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  (comes with nbgrader)

    head = ScriptDirectory(str(Path(api.__file__).parent / "alembic")).get_current_head()
    run = session.connection().exec_driver_sql
    if not run("SELECT name FROM sqlite_master").fetchall():
        api.Base.metadata.create_all(session.connection())
        run("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        run("INSERT INTO alembic_version VALUES (?)", (head,))
        session.add(api.Course(id=COURSE))
    if run("SELECT version_num FROM alembic_version").fetchall() != [(head,)]:
        raise sqlite3.DatabaseError("it is of another version of nbgrader (nbgrader db upgrade)")


class Book:
    """An open gradebook; `api` is nbgrader's. A session of SQLAlchemy writes only what differs."""

    def __init__(self, session: Any, api: Any) -> None:
        self.session, self.api = session, api
        self.known: dict[tuple[Any, ...], Any] = {}
        """Rows that were looked up or made, by table and key."""

    def write(self, row: Submitted) -> None:
        """One student's submission."""
        api = self.api
        assignment = self._row(api.Assignment, {"name": row.assignment}, course_id=COURSE)
        notebook = self._row(api.Notebook, {"name": row.notebook, "assignment_id": assignment.id})
        student = self._row(api.Student, {"id": row.student})
        key = {"assignment_id": assignment.id, "student_id": student.id}
        submitted = self._row(api.SubmittedAssignment, key)
        key = {"assignment_id": submitted.id, "notebook_id": notebook.id}
        handed_in = self._row(api.SubmittedNotebook, key, flagged=False)
        handed_in.late_submission_penalty = row.penalty
        for table in (api.Grade, api.Comment):
            for kept in self.session.query(table).filter_by(notebook_id=handed_in.id):
                self.known[table, handed_in.id, kept.cell_id] = kept
        for cell in row.cells:
            graded, solved = self._cells(notebook.id, cell)
            key = {"notebook_id": handed_in.id, "cell_id": graded.id}
            grade = self._row(api.Grade, key, look_up=False)
            grade.auto_score = cell.score
            grade.needs_manual_grade = cell.score is None and not grade.manual_score
            key = {"notebook_id": handed_in.id, "cell_id": solved.id}
            self._row(api.Comment, key, look_up=False).auto_comment = line(cell.comment)

    def _cells(self, notebook: str, cell: Cell) -> tuple[Any, Any]:
        """nbgrader hangs grades on grade cells and comments on solution cells: one of each."""
        api, key = self.api, {"name": cell.name, "notebook_id": notebook}
        graded = self._row(api.GradeCell, {**key, "type": "GradeCell"}, cell_type="code")
        graded.max_score = cell.max_score
        solved = self._row(api.SolutionCell, {**key, "type": "SolutionCell"})
        self._row(api.SourceCell, key, cell_type="code", locked=False, source="", checksum="")
        return graded, solved

    def _row(self, table: Any, key: dict[str, str], *, look_up: bool = True, **fill: Any) -> Any:
        """The row with this key; where there is none, a new one with `fill` in it. look_up: the
        database may have it though it is not known yet."""
        known = (table, *key.values())
        row = self.known.get(known)
        if row is None and look_up:
            row = self.session.query(table).filter_by(**key).one_or_none()
        if row is None:
            row = table(**key, **fill)
            if "id" not in key:
                name = table.__mapper__.base_mapper.local_table.name
                row.id = uuid.uuid5(SPACE, "\0".join([name, *key.values()])).hex
            self.session.add(row)
        self.known[known] = row
        return row


DATABASE = "gradebook.db"
SAFE = set(string.ascii_letters + string.digits + "._-")


class Nbgrader(Platform):
    """A course folder of nbgrader."""

    name = "nbgrader"
    options = {
        "out": "the course folder (it holds gradebook.db, feedback/ …)",
        "assignment": "assignment's name in nbgrader (default: our slug)",
        "notebook": "notebook's name in nbgrader (default: the assignment's name)",
        "roster": "CSV file with columns submission,user: the student id of each",
    }

    def deliver(self, sending: Sending) -> Receipt:
        """Write the database and the pages."""
        rows: dict[tuple[str, str], Submitted] = {}
        pages: dict[str, bytes] = {}

        def plan(grade: Grade, person: Person) -> Entry:
            if grade.exempt and not grade.held:
                return entry_for(grade, b"")
            student = person.user or person.number
            if not student:
                return refused(grade, "the roster has no student id of this student")
            row = _submitted(grade, student, sending.options)
            rows[grade.submission.id, person.key] = row
            html = report(sending.attempts.get(grade.submission.id), "html")
            if html:
                page = f"feedback/{row.student}/{row.assignment}/{row.notebook}.html"
                pages[page] = html.encode()
            return entry_for(grade, row.model_dump_json().encode())

        entries = sending.entries(plan)
        for student, times in sorted(Counter(row.student for row in rows.values()).items()):
            if times > 1:
                raise PlatformError(f"nbgrader: {student} has more than one submission.")
        changed = write(sending.out / DATABASE, list(rows.values()), dry_run=sending.dry_run)
        same = {key for key, row in rows.items() if row.student not in changed}
        entries = [
            entry.but(status="unchanged")
            if entry.status == "planned" and (entry.submission, entry.user) in same
            else entry
            for entry in entries
        ]
        return sending.write(entries, pages, compared=DATABASE)


def _submitted(grade: Grade, student: str, options: Options) -> Submitted:
    """What goes into the database for one student."""
    assignment = options.get("assignment") or grade.assignment
    notebook = options.get("notebook") or assignment
    for name in (assignment, notebook, student):
        if not name or not set(name) <= SAFE or name.startswith("."):
            raise PlatformError(f"nbgrader: {name!r} cannot be a name: letters, digits, . _ and -.")
    cells = tuple(
        Cell(
            name=verdict.criterion,
            max_score=verdict.max_points,
            score=None if grade.held or verdict.status == "error" else verdict.points,
            comment=f"{verdict.title}: {verdict.message}",
        )
        for verdict in told_once(grade.verdicts)
    )
    whole = sum(verdict.points for verdict in grade.verdicts)
    lost = 0.0 if grade.held else max(0.0, whole - grade.points)
    penalty = float(amount(lost))
    return Submitted(
        student=student, assignment=assignment, notebook=notebook, cells=cells, penalty=penalty
    )
