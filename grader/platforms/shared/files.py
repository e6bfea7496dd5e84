"""Platforms that take files: compare with what is there, write whole files, keep receipts."""

from __future__ import annotations

import datetime
import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.platforms.seam import Entry, FileChange, Options, Receipt, not_sent
from grader.platforms.shared.receipts import Sent, attempt_folders, last_sent, remember
from grader.platforms.shared.texts import cell, number
from grader.records import Grade, PlatformError, write_atomically

MAX_DIFF_LINES = 200
KnownBy = Literal["receipt", "files", "platform"]
"""How we know what was sent before: from the receipt, from the files being the same, or by
itself (it has set `unchanged` where that is so)."""
HELD_FILE = "held.csv"
"""Which grades were not written and why: for the instructor, read by no platform."""


def now() -> str:
    """ISO time in UTC with microseconds: receipts are ordered by it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")


def out_folder(name: str, folder: Path, options: Options) -> Path:
    """Where files go: the option `out`, else `sent/<platform>` in the run folder."""
    return Path(options["out"]) if options.get("out") else folder / "sent" / name


def entry_for(grade: Grade, payload: bytes) -> Entry:
    """The entry of a grade that is sent as `payload`."""
    held = not_sent(grade)
    return held or Entry(
        submission=grade.submission.id,
        status="planned",
        after=f"{number(grade.points)}/{number(grade.max_points)}",
        payload_sha256=hashlib.sha256(payload).hexdigest(),
    )


def held_file(entries: Sequence[Entry]) -> dict[str, bytes]:
    """`held.csv` when anything is held."""
    held = [entry for entry in entries if entry.status == "held"]
    if not held:
        return {}
    rows = [f"{entry.submission},{_quoted(cell(entry.message))}" for entry in held]
    return {HELD_FILE: "\r\n".join(["submission,held_because", *rows, ""]).encode()}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def deliver(  # noqa: PLR0913  (keyword-only but for four: the end of every platform that takes files)
    platform: str,
    grades: Sequence[Grade],
    entries: Sequence[Entry],
    files: Mapping[str, bytes],
    *,
    out: Path,
    folder: Path,
    dry_run: bool,
    gone: Sequence[str] = (),
    shown: str = "",
    target: str = "",
    known_by: KnownBy = "receipt",
    original: Path | None = None,
) -> Receipt:
    """Write `files` where they differ, remove `gone`; PlatformError when the disk refuses.
    original: the platform's file, with which what is filled in for the first time is compared."""
    changes = [_change(out / name, name, files[name], original) for name in sorted(files)]
    try:
        if not dry_run:
            _write(out, changes, files, gone)
        written = any(change.status != "same" for change in changes)
        book = Book(platform, target or out.name, known_by, written=written, dry_run=dry_run)
        places = attempt_folders(folder, grades)
        points = {grade.submission.id: grade.points for grade in grades}
        done = [book.settle(e, places.get(e.submission), points) for e in entries]
    except OSError as problem:
        raise PlatformError(
            f"{platform}: {problem.strerror or problem} ({out.name}).",
            what_to_do="Check the folder, its permissions and the free disk space.",
        ) from problem
    return Receipt(
        sink=platform,
        target=target or out.name,
        dry_run=dry_run,
        entries=tuple(done),
        files=tuple(changes),
        shown=shown,
    )


def _write(
    out: Path, changes: Sequence[FileChange], files: Mapping[str, bytes], gone: Sequence[str]
) -> None:
    for change in changes:
        if change.status != "same":
            write_atomically(out / change.path, files[change.path])
    for name in gone:
        (out / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Book:
    """Settles entries: sent, unchanged or planned; keeps the receipts of what was sent."""

    platform: str
    target: str
    known_by: KnownBy
    written: bool = field(kw_only=True)
    """Whether any file differs from what was there."""
    dry_run: bool = field(kw_only=True)

    def settle(self, entry: Entry, place: Path | None, points: Mapping[str, float]) -> Entry:
        """The entry as it ends; a receipt for what is sent now."""
        by_receipt = self.known_by == "receipt" and place is not None
        known = last_sent(place, self.platform, self.target) if by_receipt else None
        if known and known.points is not None and not entry.before:
            entry = entry.model_copy(update={"before": number(known.points)})
        if entry.status != "planned":
            return entry
        same = known is not None and known.payload_sha256 == entry.payload_sha256
        if same or (not by_receipt and self.known_by != "platform" and not self.written):
            return entry.model_copy(update={"status": "unchanged"})
        if self.dry_run:
            return entry
        sent = Sent(
            sink=self.platform,
            target=self.target,
            payload_sha256=entry.payload_sha256,
            points=points[entry.submission],
            at=now(),
        )
        remember(place, sent)
        return entry.model_copy(update={"status": "sent"})


def _change(path: Path, name: str, data: bytes, original: Path | None) -> FileChange:
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
