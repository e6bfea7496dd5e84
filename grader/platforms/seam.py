"""The seam: what every place that grades are sent to has in common.

`Platform.send` is the one method. It says what it did in a receipt and never raises for one
submission: that is an entry with status `refused`. PlatformError: nothing can be sent at all.
"""

import datetime
import functools
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.platforms.shared import roster
from grader.platforms.shared.files import FileChange, compare
from grader.platforms.shared.receipts import RECEIPTS, Receipts, Sent
from grader.platforms.shared.texts import cell, fraction, number
from grader.records import Grade, PlatformError, Record, attempts, load, save, write_atomically

Status = Literal["sent", "unchanged", "planned", "held", "exempt", "refused"]
Options = Mapping[str, str]


class Entry(Record):
    """What happened to one submission's grade."""

    submission: str
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
    def people(self) -> Mapping[str, str]:
        """Submission id → the platform's user, by the option `roster`."""
        return roster.read(self.options)

    def user(self, grade: Grade, in_file_name: str = "") -> str:
        """Whom the platform knows: by the roster, the file's name, else the submission's id."""
        name = grade.submission.id
        return self.people.get(name) or in_file_name or name

    def last(self, grade: Grade, target: str) -> Sent | None:
        """What was sent there last for this submission, by whichever of its attempts."""
        attempt = self.attempts.get(grade.submission.id)
        paths = attempt.parent.glob(f"*/{RECEIPTS}") if attempt else ()
        stored = [receipts for path in paths if (receipts := load(path, Receipts))]
        here = (self.platform.name, target)
        there = [s for receipts in stored for s in receipts.sent if (s.sink, s.target) == here]
        return max(there, key=lambda sent: sent.at, default=None)

    def remember(
        self, grade: Grade, entry: Entry, target: str, *, counts: bool = True, **detail: str
    ) -> None:
        """A receipt beside the grade, in place of the last one to the same target. counts: its
        points were sent."""
        attempt = self.attempts.get(grade.submission.id)
        if attempt is None:
            return
        sent = Sent(
            sink=self.platform.name,
            target=target,
            payload_sha256=entry.payload_sha256,
            points=grade.points if counts else None,
            at=datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds"),
            detail=detail,
        )
        stored = load(attempt / RECEIPTS, Receipts) or Receipts()
        kept = {(s.sink, s.target): s for s in (*stored.sent, sent)}
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

        entries: one for each grade. What was sent before is known from the receipts, but with
        `original` from the files being the same: that option names the platform's own file, of
        which a copy is filled; and with `compared` from the entries: the platform has looked into
        this file and set `unchanged` where that is so. Raises PlatformError when the disk refuses,
        or the platform's own file would be overwritten.
        """
        out, own = self.out, Path(self.options[original]) if original else None
        if own and out.resolve() == own.parent.resolve():
            raise PlatformError(
                f"{self.platform.name}: `out` must be another folder than the {original}'s."
            )
        target = own.name if own else compared or out.name
        changes = [compare(out / name, name, files[name], own) for name in sorted(files)]
        differing = [change.path for change in changes if change.status != "same"]
        try:
            if not self.dry_run:
                for name in differing:
                    write_atomically(out / name, files[name])
                for name in gone:
                    (out / name).unlink(missing_ok=True)
            by_receipt, written = not original and not compared, bool(differing or compared)
            settled = [
                self._settle(grade, entry, target, by_receipt=by_receipt, written=written)
                for grade, entry in zip(self.grades, entries, strict=True)
            ]
        except OSError as problem:
            raise PlatformError(
                f"{self.platform.name}: {problem.strerror or problem} ({out.name}).",
                what_to_do="Check the folder, its permissions and the free disk space.",
            ) from problem
        return self.receipt(target, settled, files=tuple(changes), shown=shown)

    def _settle(
        self, grade: Grade, entry: Entry, target: str, *, by_receipt: bool, written: bool
    ) -> Entry:
        """The entry as it ends: sent, unchanged or planned; a receipt for what is sent now."""
        by_receipt = by_receipt and entry.submission in self.attempts
        known = self.last(grade, target) if by_receipt else None
        if known and known.points is not None and not entry.before:
            entry = entry.but(before=number(known.points))
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


def counts(grade: Grade) -> bool:
    """Whether its number may be shown to a platform."""
    return not (grade.held or grade.exempt)


def refused(grade: Grade, message: str) -> Entry:
    """The entry of a grade that cannot be sent."""
    return Entry(submission=grade.submission.id, status="refused", message=message)


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
