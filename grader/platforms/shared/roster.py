"""Who handed in a submission, and what a platform knows them by.

The option `roster` names a CSV file with the columns `submission` and `user`, `user` being what the
platform knows the person by, or the `submission_metadata.yml` of an export from Gradescope. Without
it the names that platforms give to downloaded files help. A person is never guessed: no or two
candidates is a refusal.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from grader.platforms.shared import sheet
from grader.platforms.shared.page import line
from grader.records import Grade, PlatformError

CANVAS_ID = re.compile(r"^(?!anon_).+_(\d+)_\d+(?:-|$)", re.IGNORECASE)
"""`lastfirst_<user id>_<file id>`: the id of a file in Canvas's bulk download. With anonymous
grading `anon_<anonymous id>_…`, where the id may look like a user's and is none."""
MOODLE_NAME = re.compile(r"(?:^|[-_ ])(\d+)_assignsubmission_")
"""`Full name_<participant id>_assignsubmission_file`: Moodle's bulk download."""
TITLES = ("submission", "user")
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+[eE]\+?|[eE]\+)[0-9]+")
AS_TEXT = re.compile(r'="(.*)"')
"""`="00123"`: so a spreadsheet is told to keep the zeros."""
AT_ENDS = re.compile(r"^[\s\ufeff\u200b]+|[\s\ufeff\u200b]+$")
"""Spaces, hard ones and byte order marks too."""
NOTHING = {"", "~", "null"}
"""How YAML writes that there is no value."""


class Person(NamedTuple):
    """One of those who handed in a submission. What is not known is ""."""

    user: str = ""
    """What the roster says, or else the submission's id: any of the names below."""
    id: str = ""
    """What the platform alone knows the person by, from a file name that it gave."""
    number: str = ""
    """The institution's number, by Gradescope."""
    mail: str = ""
    together: bool = False
    """Whether others handed in the same submission."""

    @property
    def shown(self) -> str:
        """How a receipt names the person."""
        return line(self.user or self.id or self.mail or self.number, 80)

    @property
    def key(self) -> str:
        """What tells the persons of one submission apart; "" of the only one."""
        return self.shown if self.together else ""

    def is_any(self, own: set[str], others: set[str]) -> bool:
        """Whether one of the platform's names is this person's, whatever its capitals.

        own: ids that only the platform gives; others: numbers and addresses of the institution.
        """
        mine = {self.user, self.id}, {self.user, self.number, self.mail}
        return any(
            {name.casefold() for name in known} & {name.casefold() for name in names} - {""}
            for known, names in zip(mine, (own, others), strict=True)
        )


def read(options: Mapping[str, str]) -> dict[str, tuple[Person, ...]]:
    """Submission id → who handed it in. Raises PlatformError that names what is not clear."""
    if not options.get("roster"):
        return {}
    path = Path(options["roster"])
    return _exported(path) if path.suffix.lower() in (".yml", ".yaml") else _listed(path)


def _exported(path: Path) -> dict[str, tuple[Person, ...]]:
    """By Gradescope's metadata: all submitters of each submission of the export."""
    import yaml  # type: ignore[import-untyped] # noqa: PLC0415  (few need it)

    try:
        # Ruby wrote it: with this loader its tags mean nothing, and 0123 is no octal number
        stored = yaml.load(sheet.text_of(path), Loader=yaml.CBaseLoader)  # noqa: S506
        people = {name: tuple(_submitters(value)) for name, value in stored.items()}
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, RecursionError) as problem:
        raise PlatformError(
            f"{path.name} is no metadata of a Gradescope export: {line(str(problem), 200)}.",
            what_to_do="Use the file as it lies in the export: submission_metadata.yml.",
        ) from problem
    return {
        name: tuple(person._replace(together=len(group) > 1) for person in group)
        for name, group in people.items()
    }


def _submitters(submission: Any) -> list[Person]:
    """Each once. Ruby's symbols begin with a colon."""
    known = {key.lstrip(":"): value for key, value in submission.items()}
    people = []
    for submitter in known["submitters"] or ():
        facts = {key.lstrip(":"): value.strip() for key, value in submitter.items()}
        number, mail = (
            "" if facts.get(key, "") in NOTHING else facts[key] for key in ("sid", "email")
        )
        people.append(Person(number=number, mail=mail))
    return list(dict.fromkeys(people))


def _listed(path: Path) -> dict[str, tuple[Person, ...]]:
    """By a CSV file, as Excel and pandas write it too: separated by semicolons or tabs, in UTF-16,
    with an index column, titles in capitals, hard spaces, and ids as `101.0` or `="00123"`."""
    rows = [
        (number, [AS_TEXT.sub(r"\1", AT_ENDS.sub("", cell.value)) for cell in row])
        for number, row in enumerate(sheet.parse(sheet.text_of(path), path.name).rows, start=1)
    ]
    rows = [(number, row) for number, row in rows if any(row) and not row[0].startswith("sep=")]
    titles = [title.casefold() for title in rows[0][1]] if rows else []
    columns = [titles.index(name) for name in TITLES if titles.count(name) == 1]
    if len(columns) != len(TITLES):
        raise PlatformError(
            f"{path.name}: the first line must name `submission` and `user`; it says "
            f"{', '.join(repr(title[:30]) for title in titles[:6])}."
        )
    people: dict[str, tuple[Person, ...]] = {}
    for number, row in rows[1:]:
        name, user = ("".join(row[column : column + 1]) for column in columns)
        where = f"{path.name}, line {number}"
        if not name or not user:
            raise PlatformError(f"{where}: an empty cell.")
        if ROUNDED.fullmatch(user):
            raise PlatformError(
                f"{where}: the user is {user!r}, which a spreadsheet made of a longer number.",
                what_to_do="Write that column as text, not as numbers.",
            )
        known = (Person(re.sub(r"^([0-9]+)[.,]0+$", r"\1", user)),)
        if people.setdefault(name, known) != known:
            raise PlatformError(f"{where}: {name} is listed twice.")
    return people


def canvas_user(grade: Grade) -> str:
    """The user id in a file name of Canvas's bulk download, or ""."""
    match = CANVAS_ID.match(grade.submission.id)
    return match[1] if match else ""


def moodle_participant(grade: Grade) -> str:
    """The participant id in a folder name of Moodle's bulk download, or ""."""
    names = (grade.submission.id, grade.submission.file_name)
    return next((match[1] for name in names if (match := MOODLE_NAME.search(name))), "")
