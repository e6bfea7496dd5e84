"""nbgrader: `gradebook.db` and `feedback/<student>/<assignment>/<notebook>.html`.

One criterion is one grade cell of the notebook `<notebook>` (default: the assignment's slug).
What a person typed into nbgrader (manual scores, comments) is never touched. Held: no automatic
score and `needs_manual_grade`, nbgrader's own word for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.platforms.nbgrader import gradebook as nbgrader_gradebook
from grader.platforms.seam import Entry, Options, Receipt, check_options
from grader.platforms.shared import roster
from grader.platforms.shared.files import deliver, entry_for, out_folder
from grader.platforms.shared.receipts import attempt_folders, report
from grader.platforms.shared.texts import number
from grader.records import Grade, PlatformError

DATABASE = "gradebook.db"
SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


class Nbgrader:
    """A course folder of nbgrader."""

    name = "nbgrader"
    options: Mapping[str, str] = {
        "out": "the course folder (it holds gradebook.db, feedback/ …)",
        "assignment": "assignment's name in nbgrader (default: our slug)",
        "notebook": "notebook's name in nbgrader (default: the assignment's name)",
        "roster": "CSV file with columns submission,user: the student id of each",
    }

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Write the database and the pages."""
        check_options(self, options)
        out = out_folder(self.name, folder, options)
        places = attempt_folders(folder, grades)
        people = roster.read(options)
        rows: dict[str, nbgrader_gradebook.Submitted] = {}
        pages: dict[str, bytes] = {}
        for grade in grades:
            if grade.exempt and not grade.held:
                continue
            name = grade.submission.id
            row = _submitted(grade, people.get(name, name), options)
            rows[name] = row
            html = report(places.get(name), "html")
            if html:
                page = f"feedback/{row.student}/{row.assignment}/{row.notebook}.html"
                pages[page] = html.encode()
        changed = _write(out / DATABASE, list(rows.values()), dry_run=dry_run)
        entries = [_entry(grade, rows.get(grade.submission.id), changed) for grade in grades]
        return deliver(
            self.name,
            grades,
            entries,
            pages,
            out=out,
            folder=folder,
            dry_run=dry_run,
            known_by="platform",
            target=DATABASE,
        )


def _write(path: Path, rows: list[nbgrader_gradebook.Submitted], *, dry_run: bool) -> set[str]:
    """The students whose rows changed."""
    counted = Counter(row.student for row in rows)
    twice = sorted(student for student, times in counted.items() if times > 1)
    if twice:
        raise PlatformError(f"nbgrader: {twice[0]} has more than one submission.")
    return nbgrader_gradebook.write(path, rows, dry_run=dry_run)


def _entry(grade: Grade, row: nbgrader_gradebook.Submitted | None, changed: set[str]) -> Entry:
    entry = entry_for(grade, row.model_dump_json().encode() if row else b"")
    if entry.status == "planned" and row is not None and row.student not in changed:
        return entry.model_copy(update={"status": "unchanged"})
    return entry


def _submitted(grade: Grade, student: str, options: Options) -> nbgrader_gradebook.Submitted:
    """What goes into the database for one student."""
    assignment = options.get("assignment") or grade.assignment
    notebook = options.get("notebook") or assignment
    for name in (assignment, notebook, student):
        if not name or not set(name) <= SAFE or name.startswith("."):
            raise PlatformError(f"nbgrader: {name!r} cannot be a name: letters, digits, . _ and -.")
    cells = tuple(
        nbgrader_gradebook.Cell(
            name=verdict.criterion,
            max_score=verdict.max_points,
            score=None if grade.held or verdict.status == "error" else verdict.points,
            comment=f"{verdict.title}: {verdict.message}",
        )
        for verdict in grade.verdicts
    )
    whole = sum(verdict.points for verdict in grade.verdicts)
    lost = 0.0 if grade.held else max(0.0, whole - grade.points)
    return nbgrader_gradebook.Submitted(
        student=student,
        assignment=assignment,
        notebook=notebook,
        cells=cells,
        penalty=float(number(lost)),
    )
