"""The sign of each status: one table for commands, pages and platforms."""

from collections.abc import Mapping

from grader.records import VerdictStatus

SIGNS: Mapping[VerdictStatus, str] = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "skipped": "–",
    "error": "!",
}
