"""What lies in the run folder beside a grade: the rendered reports, the receipts."""

from pathlib import Path

from grader.records import SCHEMA_VERSION, Record

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
