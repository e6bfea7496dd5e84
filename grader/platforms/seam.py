"""The seam: what every place that grades are sent to has in common.

`Platform.send` is the one method. It says what it did in a receipt and never raises for one
submission: that is an entry with status `refused`. PlatformError: nothing can be sent at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from grader.records import Grade, PlatformError, Record

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
    detail: dict[str, str] = {}
    """What we need to remember for the next time."""


class FileChange(Record):
    """One file that was written, or would be."""

    path: str
    """Relative to the output folder."""
    status: Literal["new", "changed", "same"]
    diff: str = ""
    """Unified diff for text files, capped."""


class Receipt(Record):
    """What one `send` did, or with `dry_run` would do."""

    sink: str
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


class Platform(Protocol):
    """A place grades are sent to."""

    name: str
    options: Mapping[str, str]
    """Option → what it is for: the command's help, and the list of what is allowed."""

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Send `grades` of the run folder `folder`. Sending again changes nothing.

        Raises PlatformError when an option is wrong or the place cannot be reached at all.
        """
        ...


def check_options(platform: Platform, options: Options, *, needed: Sequence[str] = ()) -> None:
    """Raises PlatformError for an option that the platform does not know, or lacks."""
    unknown = sorted(set(options) - set(platform.options))
    if unknown:
        raise PlatformError(
            f"{platform.name} has no option {unknown[0]!r}.",
            what_to_do=f"It knows: {', '.join(sorted(platform.options))}.",
        )
    missing = [name for name in needed if not options.get(name)]
    if missing:
        raise PlatformError(
            f"{platform.name} needs the option {missing[0]!r}: {platform.options[missing[0]]}.",
            what_to_do=f"Add `--option {missing[0]}=…`.",
        )


def not_sent(grade: Grade) -> Entry | None:
    """The entry of a grade whose number may not go anywhere, else None."""
    if grade.held:
        return Entry(submission=grade.submission.id, status="held", message=grade.held_because)
    if grade.exempt:
        return Entry(submission=grade.submission.id, status="exempt", message="exempt")
    return None
