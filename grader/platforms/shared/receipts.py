"""What lies in the run folder beside a grade: its attempt's folder, the reports, the receipts."""

from collections.abc import Sequence
from pathlib import Path

from grader.records import SCHEMA_VERSION, Grade, Record, attempts, load, save

RECEIPTS = "receipt.json"
MAX_REPORT_BYTES = 20 * 1024 * 1024


class Sent(Record):
    """The last thing that one platform was sent for one submission."""

    sink: str
    target: str
    payload_sha256: str
    points: float | None = None
    """None: nothing that counts was sent."""
    at: str
    """ISO time, UTC, with microseconds: receipts are ordered by it."""
    detail: dict[str, str] = {}


class Receipts(Record):
    """`receipt.json`: for each platform and target the last sending."""

    schema_version: int = SCHEMA_VERSION
    sent: tuple[Sent, ...] = ()


def attempt_folders(folder: Path, grades: Sequence[Grade]) -> dict[str, Path]:
    """Submission id → folder of its counting attempt; ids that have none are left out."""
    wanted = {grade.submission.id for grade in grades}
    folders: dict[str, Path] = {}
    for attempt in attempts(folder) if folder.is_dir() else ():
        name = attempt.parent.name
        if name not in wanted:
            stored = load(attempt / "grade.json", Grade)
            name = stored.submission.id if stored else ""
        if name in wanted:
            folders[name] = attempt
    return folders


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


def last_sent(attempt: Path | None, platform: str, target: str) -> Sent | None:
    """What this platform was sent last for this submission, by whichever of its attempts."""
    if attempt is None:
        return None
    stored = (load(path, Receipts) for path in attempt.parent.glob(f"*/{RECEIPTS}"))
    sent = [sent for receipts in stored if receipts for sent in receipts.sent]
    there = (s for s in sent if (s.sink, s.target) == (platform, target))
    return max(there, key=lambda s: s.at, default=None)


def remember(attempt: Path | None, sent: Sent) -> None:
    """Put `sent` into the attempt's receipt, in place of the last one to the same target."""
    if attempt is None:
        return
    stored = load(attempt / RECEIPTS, Receipts) or Receipts()
    others = [s for s in stored.sent if (s.sink, s.target) != (sent.sink, sent.target)]
    kept = sorted([*others, sent], key=lambda s: (s.sink, s.target))
    save(attempt / RECEIPTS, Receipts(sent=tuple(kept)))
