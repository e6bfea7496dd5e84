"""The seam: what every place that grades are sent to has in common.

`Platform.send` is the one method. It says what it did in a receipt and never raises for one
submission: that is an entry with status `refused`. PlatformError: nothing can be sent at all.
"""

import datetime
import difflib
import functools
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.platforms.shared import roster
from grader.platforms.shared.page import cell, fraction
from grader.platforms.shared.roster import Person
from grader.records import (
    SCHEMA_VERSION,
    Grade,
    PlatformError,
    Record,
    attempts,
    load,
    save,
    why_not_written,
    write_atomically,
)
from grader.report import amount

RECEIPTS = "receipt.json"
MAX_REPORT_BYTES = 20 * 1024 * 1024


class Sent(Record):
    """The last thing that one platform was sent for one submission."""

    sink: str
    target: str
    user: str = ""
    """Of several who handed it in together: which."""
    payload_sha256: str
    points: float | None = None
    """None: nothing that counts was sent."""
    at: str
    """ISO time, UTC, with microseconds: receipts are ordered by it."""
    detail: dict[str, str] = {}

    @property
    def key(self) -> tuple[str, str, str]:
        """Of what is sent once."""
        return self.sink, self.target, self.user


class Receipts(Record):
    """`receipt.json`: for each platform and target the last sending."""

    schema_version: int = SCHEMA_VERSION
    sent: tuple[Sent, ...] = ()


def report(attempt: Path | None, ending: str) -> str:
    """The rendered report beside the grade ("html", "md", "txt"), or "" when there is none."""
    if attempt is None:
        return ""
    path = attempt / f"report.{ending}"
    try:
        if path.stat().st_size > MAX_REPORT_BYTES:
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


MAX_DIFF_LINES = 200


class FileChange(Record):
    """One file that was written, or would be."""

    path: str
    """Relative to the output folder."""
    status: Literal["new", "changed", "same"]
    diff: str = ""
    """Unified diff for text files, capped."""


def compare(path: Path, name: str, data: bytes, original: Path | None) -> FileChange:
    """`data` against what lies at `path`, or where nothing does against the platform's `original`
    of the same name. Raises PlatformError when that cannot be read."""
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        given = original is not None and original.name == name
        diff = _diff(name, original.read_bytes(), data) if original and given else ""
        return FileChange(path=name, status="new", diff=diff)
    except OSError as problem:
        raise PlatformError(f"{name} cannot be read: {problem.strerror}.") from problem
    if old == data:
        return FileChange(path=name, status="same")
    return FileChange(path=name, status="changed", diff=_diff(name, old, data))


def _diff(name: str, old: bytes, new: bytes) -> str:
    try:
        before, after = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name}: {len(old)} bytes become {len(new)} bytes"
    lines = list(difflib.unified_diff(before, after, name, name, lineterm="", n=0))
    more = [f"… {len(lines) - MAX_DIFF_LINES} more lines"] if len(lines) > MAX_DIFF_LINES else []
    return "\n".join(lines[:MAX_DIFF_LINES] + more)


Status = Literal["sent", "unchanged", "planned", "held", "exempt", "refused"]
Options = Mapping[str, str]


class Entry(Record):
    """What happened to one submission's grade."""

    submission: str
    user: str = ""
    """Of several who handed it in together: which."""
    status: Status
    before: str = ""
    """What the platform shows now, as far as we can know."""
    after: str = ""
    """What it will show, or shows after sending."""
    message: str = ""
    payload_sha256: str = ""
    """Hash of what is sent: equal hashes are sent once."""

    def but(self, **changes: Any) -> "Entry":
        """The entry with other values in some fields."""
        return self.model_copy(update=changes)


class Receipt(Record):
    """What one `send` did, or with `dry_run` would do."""

    sink: str
    """The platform's name."""
    target: str
    """Which course, file or folder."""
    dry_run: bool
    entries: tuple[Entry, ...]
    files: tuple[FileChange, ...] = ()
    folder: Path = Path()
    """Where the files are."""
    shown: str = ""
    """Text for standard output (GitHub's annotations), or ""."""

    @property
    def exit_status(self) -> int:
        """1 when a person is needed: something is held or was refused."""
        return int(any(entry.status in ("held", "refused") for entry in self.entries))

    @property
    def changes(self) -> int:
        """How many submissions or files differ from what is there."""
        return sum(e.status in ("sent", "planned") for e in self.entries) + sum(
            f.status != "same" for f in self.files
        )


class Platform(ABC):
    """A place that grades are sent to."""

    name: str
    options: Mapping[str, str]
    """Option → what it is for: the command's help, and the list of what is allowed."""

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Send `grades` of the run folder `folder`. Sending again changes nothing.

        Raises PlatformError when an option is wrong or the place cannot be reached at all.
        """
        unknown = sorted(set(options) - set(self.options))
        if unknown:
            raise PlatformError(
                f"{self.name} has no option {unknown[0]!r}.",
                what_to_do=f"It knows: {', '.join(sorted(self.options))}.",
            )
        return self.deliver(Sending(self, grades, folder, options, dry_run))

    @abstractmethod
    def deliver(self, sending: "Sending") -> Receipt:
        """The platform's own way to send; its options are known to be its own."""


@dataclass(frozen=True)
class Sending:
    """One call of `send`: the grades, what the run folder holds of them, and their receipts."""

    platform: Platform
    grades: Sequence[Grade]
    folder: Path
    """The run folder."""
    options: Options
    dry_run: bool

    def need(self, *names: str) -> None:
        """Raises PlatformError for the first option that is lacking."""
        for name in names:
            if not self.options.get(name):
                raise PlatformError(
                    f"{self.platform.name} needs the option {name!r}: "
                    f"{self.platform.options[name]}.",
                    what_to_do=f"Add `--option {name}=…`.",
                )

    def is_on(self, name: str) -> bool:
        """An option that is `on` unless it is turned off."""
        return self.options.get(name, "on") == "on"

    @property
    def out(self) -> Path:
        """Where files go: the option `out`, else `sent/<platform>` in the run folder."""
        named = self.options.get("out")
        return Path(named) if named else self.folder / "sent" / self.platform.name

    @functools.cached_property
    def attempts(self) -> Mapping[str, Path]:
        """Submission id → folder of its counting attempt; ids that have none are left out."""
        wanted = {grade.submission.id for grade in self.grades}
        folders: dict[str, Path] = {}
        for attempt in attempts(self.folder) if self.folder.is_dir() else ():
            name = attempt.parent.name
            if name not in wanted:
                stored = load(attempt / "grade.json", Grade)
                name = stored.submission.id if stored else ""
            if name in wanted:
                folders[name] = attempt
        return folders

    @functools.cached_property
    def people(self) -> Mapping[str, tuple[Person, ...]]:
        """Submission id → who handed it in, by the option `roster`."""
        return roster.read(self.options)

    def entries(
        self,
        plan: Callable[[Grade, Person], Entry],
        in_file_name: Callable[[Grade], str] = lambda grade: "",
    ) -> list[Entry]:
        """What `plan` says of each grade and everybody who gets it, for sending and dry run alike.

        A person is known by the roster, by the file's name, else by the submission's id.
        """
        entries = []
        for grade in self.grades:
            name, number = grade.submission.id, in_file_name(grade)
            known = Person(id=number) if number else Person(user=name)
            entries += [
                plan(grade, person).but(user=person.key)
                for person in self.people.get(name) or [known]
            ]
        return entries

    def last(self, grade: Grade, target: str, user: str = "") -> Sent | None:
        """What was sent there last for this submission, by whichever of its attempts."""
        attempt = self.attempts.get(grade.submission.id)
        paths = attempt.parent.glob(f"*/{RECEIPTS}") if attempt else ()
        stored = [receipts for path in paths if (receipts := load(path, Receipts))]
        there = [sent for receipts in stored for sent in receipts.sent]
        there = [sent for sent in there if sent.key == (self.platform.name, target, user)]
        return max(there, key=lambda sent: sent.at, default=None)

    def remember(
        self, grade: Grade, entry: Entry, target: str, *, counts: bool = True, **detail: str
    ) -> None:
        """A receipt beside the grade, in place of the last one to the same target and user. counts:
        its points were sent."""
        attempt = self.attempts.get(grade.submission.id)
        if attempt is None:
            return
        sent = Sent(
            sink=self.platform.name,
            target=target,
            user=entry.user,
            payload_sha256=entry.payload_sha256,
            points=grade.points if counts else None,
            at=datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds"),
            detail=detail,
        )
        stored = load(attempt / RECEIPTS, Receipts) or Receipts()
        kept = {sent.key: sent for sent in (*stored.sent, sent)}
        save(attempt / RECEIPTS, Receipts(sent=tuple(kept[key] for key in sorted(kept))))

    def receipt(self, target: str, entries: Sequence[Entry], **more: Any) -> Receipt:
        """What was done, for whoever called `send`; `more`: the receipt's other fields."""
        name, dry_run = self.platform.name, self.dry_run
        return Receipt(sink=name, target=target, dry_run=dry_run, entries=tuple(entries), **more)

    def write(
        self,
        entries: Sequence[Entry],
        files: Mapping[str, bytes],
        *,
        original: str = "",
        compared: str = "",
        gone: Sequence[str] = (),
        shown: str = "",
    ) -> Receipt:
        """The end of every platform that takes files: write those that differ, remove `gone`.

        entries: from `entries`. What was sent before is known from the receipts, but with
        `original` from the files being the same: that option names the platform's own file, of
        which a copy is filled; and with `compared` from the entries: the platform has looked into
        this file and set `unchanged` where that is so. Raises PlatformError when the disk refuses,
        or the platform's own file would be overwritten.
        """
        out, own = self.out, Path(self.options[original]) if original else None
        name = self.platform.name
        if own and out.resolve() == own.parent.resolve():
            raise PlatformError(f"{name}: `out` must be another folder than the {original}'s.")
        target = own.name if own else compared or out.name
        changes = [compare(out / path, path, files[path], own) for path in sorted(files)]
        differing = [change.path for change in changes if change.status != "same"]
        try:
            if not self.dry_run:
                for path in differing:
                    write_atomically(out / path, files[path])
                for path in gone:
                    (out / path).unlink(missing_ok=True)
            grades = {grade.submission.id: grade for grade in self.grades}
            by_receipt, written = not original and not compared, bool(differing or compared)
            settled = [
                self._settle(
                    grades[entry.submission], entry, target, by_receipt=by_receipt, written=written
                )
                for entry in entries
            ]
        except OSError as problem:
            raise PlatformError(
                f"{name}: {why_not_written(problem)} ({out.name}).",
                what_to_do="Check the folder, its permissions and the free disk space.",
            ) from problem
        return self.receipt(target, settled, files=tuple(changes), folder=out, shown=shown)

    def _settle(
        self, grade: Grade, entry: Entry, target: str, *, by_receipt: bool, written: bool
    ) -> Entry:
        """The entry as it ends: sent, unchanged or planned; a receipt for what is sent now."""
        by_receipt = by_receipt and entry.submission in self.attempts
        known = self.last(grade, target, entry.user) if by_receipt else None
        if known and known.points is not None and not entry.before:
            entry = entry.but(before=amount(known.points))
        if entry.status != "planned":
            return entry
        same = known is not None and known.payload_sha256 == entry.payload_sha256
        if same or (not by_receipt and not written):
            return entry.but(status="unchanged")
        if self.dry_run:
            return entry
        self.remember(grade, entry, target)
        return entry.but(status="sent")


def held(grade: Grade) -> Entry:
    """The entry of a grade that waits for a person."""
    return Entry(submission=grade.submission.id, status="held", message=grade.held_because)


def refused(grade: Grade, message: str, before: str = "") -> Entry:
    """The entry of a grade that cannot be sent."""
    name = grade.submission.id
    return Entry(submission=name, status="refused", message=message, before=before)


def refused_as(person: Person, grade: Grade, count: int, what_are: str) -> Entry:
    """The entry of a grade of which it is not clear whose it is."""
    how = "`--option roster=people.csv` says who it is"
    return refused(grade, f"{count} {what_are} {person.shown!r}; {how}")


def entry_for(grade: Grade, payload: bytes) -> Entry:
    """The entry of a grade that is sent as `payload`."""
    if grade.held:
        return held(grade)
    if grade.exempt:
        return Entry(submission=grade.submission.id, status="exempt", message="exempt")
    return Entry(
        submission=grade.submission.id,
        status="planned",
        after=fraction(grade.points, grade.max_points),
        payload_sha256=hashlib.sha256(payload).hexdigest(),
    )


def held_file(entries: Sequence[Entry]) -> dict[str, bytes]:
    """`held.csv` when anything is held: which grades were not written and why, for the
    instructor. No platform reads it."""
    waiting = [entry for entry in entries if entry.status == "held"]
    if not waiting:
        return {}
    rows = ['{},"{}"'.format(e.submission, cell(e.message).replace('"', '""')) for e in waiting]
    return {"held.csv": "\r\n".join(["submission,held_because", *rows, ""]).encode()}
