"""Who a submission belongs to on a platform.

The option `roster` names a CSV file with the columns `submission` and `user`; `user` is what the
platform knows the person by. Without it the names that platforms give to downloaded files help.
A person is never guessed: no or two candidates is a refusal.
"""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from grader.records import Grade, PlatformError

CANVAS_NAME = re.compile(r"^[^_]+(?:_LATE)?_(\d+)_\d+(?:_|$)")
"""`lastfirst[_LATE]_<user id>_<submission id>_<file>`: Canvas's bulk download."""
MOODLE_NAME = re.compile(r"(?:^|[-_ ])(\d+)_assignsubmission_")
"""`Full name_<participant id>_assignsubmission_file`: Moodle's bulk download."""


def read(options: Mapping[str, str]) -> dict[str, str]:
    """Submission id → platform's user. Raises PlatformError that names the line."""
    if not options.get("roster"):
        return {}
    path = Path(options["roster"])
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        titles = set(rows.fieldnames or ())
        people: dict[str, str] = {}
        if not {"submission", "user"} <= titles:
            raise PlatformError(f"{path.name}: the first line must name `submission` and `user`.")
        for row in rows:
            name, user = (row["submission"] or "").strip(), (row["user"] or "").strip()
            if not name or not user:
                raise PlatformError(f"{path.name}, line {rows.line_num}: an empty cell.")
            if people.setdefault(name, user) != user:
                raise PlatformError(f"{path.name}, line {rows.line_num}: {name} is listed twice.")
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise PlatformError(f"{path.name} cannot be read: {problem}") from problem
    return people


def canvas_user(grade: Grade) -> str:
    """The user id in a file name of Canvas's bulk download, or ""."""
    names = (grade.submission.file_name, grade.submission.id)
    return next((match[1] for name in names if (match := CANVAS_NAME.match(name))), "")


def moodle_participant(grade: Grade) -> str:
    """The participant id in a folder name of Moodle's bulk download, or ""."""
    names = (grade.submission.id, grade.submission.file_name)
    return next((match[1] for name in names if (match := MOODLE_NAME.search(name))), "")
