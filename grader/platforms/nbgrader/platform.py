"""nbgrader: `gradebook.db` and `feedback/<student>/<assignment>/<notebook>.html`.

One criterion is one grade cell of the notebook `<notebook>` (default: the assignment's slug).
What a person typed into nbgrader (manual scores, comments) is never touched. Held: no automatic
score and `needs_manual_grade`, nbgrader's own word for it.
"""

import string
from collections import Counter

from grader.platforms.nbgrader.gradebook import Cell, Submitted, write
from grader.platforms.seam import Options, Platform, Receipt, Sending, entry_for
from grader.platforms.shared.receipts import report
from grader.platforms.shared.texts import number
from grader.records import Grade, PlatformError

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
        rows: dict[str, Submitted] = {}
        pages: dict[str, bytes] = {}
        for grade in sending.grades:
            if grade.exempt and not grade.held:
                continue
            row = _submitted(grade, sending.user(grade), sending.options)
            rows[grade.submission.id] = row
            html = report(sending.attempts.get(grade.submission.id), "html")
            if html:
                page = f"feedback/{row.student}/{row.assignment}/{row.notebook}.html"
                pages[page] = html.encode()
        for student, times in sorted(Counter(row.student for row in rows.values()).items()):
            if times > 1:
                raise PlatformError(f"nbgrader: {student} has more than one submission.")
        changed = write(sending.out / DATABASE, list(rows.values()), dry_run=sending.dry_run)
        entries = []
        for grade in sending.grades:
            submitted = rows.get(grade.submission.id)
            entry = entry_for(grade, submitted.model_dump_json().encode() if submitted else b"")
            if entry.status == "planned" and submitted and submitted.student not in changed:
                entry = entry.but(status="unchanged")
            entries.append(entry)
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
        for verdict in grade.verdicts
    )
    whole = sum(verdict.points for verdict in grade.verdicts)
    lost = 0.0 if grade.held else max(0.0, whole - grade.points)
    penalty = float(number(lost))
    return Submitted(
        student=student, assignment=assignment, notebook=notebook, cells=cells, penalty=penalty
    )
