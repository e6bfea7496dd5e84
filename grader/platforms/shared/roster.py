"""Who a submission belongs to on a platform.

The option `roster` names a CSV file with the columns `submission` and `user`; `user` is what the
platform knows the person by. Without it the names that platforms give to downloaded files help.
A person is never guessed: no or two candidates is a refusal.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from grader.platforms.shared import sheet
from grader.records import Grade, PlatformError

CANVAS_NAME = re.compile(r"^(?!anon_).+?(?:_LATE)?_(\d+)_\d+(?:_|$)", re.IGNORECASE)
"""`lastfirst[_LATE]_<user id>_<file id>_<file>`: Canvas's bulk download. With anonymous grading
`anon[_LATE]_<anonymous id>_…`, where the id may look like a user's and is none."""
TITLES = ("submission", "user")
ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
MOODLE_NAME = re.compile(r"(?:^|[-_ ])(\d+)_assignsubmission_")
"""`Full name_<participant id>_assignsubmission_file`: Moodle's bulk download."""


def read(options: Mapping[str, str]) -> dict[str, str]:
    """Submission id → platform's user. Raises PlatformError that names the line.

    As Excel and pandas write it too: separated by semicolons or tabs, with an index column, titles
    in capitals, hard spaces, and ids as `101.0`.
    """
    if not options.get("roster"):
        return {}
    path = Path(options["roster"])
    book = sheet.read(path)
    titles = [_tidy(cell.value).casefold() for cell in book.rows[0]]
    columns = [titles.index(name) for name in TITLES if titles.count(name) == 1]
    if len(columns) != len(TITLES):
        raise PlatformError(
            f"{path.name}: the first line must name `submission` and `user`; it says "
            f"{', '.join(repr(title[:30]) for title in titles[:6])}."
        )
    people: dict[str, str] = {}
    for row in range(1, len(book.rows)):
        name, user = (_tidy(book.value(row, column)) for column in columns)
        if not any(_tidy(cell.value) for cell in book.rows[row]):
            continue
        where = f"{path.name}, line {row + 1}"
        if not name or not user:
            raise PlatformError(f"{where}: an empty cell.")
        if ROUNDED.fullmatch(user):
            raise PlatformError(
                f"{where}: the user is {user!r}, which a spreadsheet made of a longer number.",
                what_to_do="Write that column as text, not as numbers.",
            )
        user = re.sub(r"^([0-9]+)\.0$", r"\1", user)
        if people.setdefault(name, user) != user:
            raise PlatformError(f"{where}: {name} is listed twice.")
    return people


def _tidy(text: str) -> str:
    """Without spaces at the ends, hard ones and byte order marks too."""
    return text.replace("\u00a0", " ").strip(" \t\r\n\ufeff\u200b")


def canvas_user(grade: Grade) -> str:
    """The user id in a file name of Canvas's bulk download, or ""."""
    names = (grade.submission.file_name, grade.submission.id)
    return next((match[1] for name in names if (match := CANVAS_NAME.match(name))), "")


def moodle_participant(grade: Grade) -> str:
    """The participant id in a folder name of Moodle's bulk download, or ""."""
    names = (grade.submission.id, grade.submission.file_name)
    return next((match[1] for name in names if (match := MOODLE_NAME.search(name))), "")
