"""All current grades to a platform, with every decision in them."""

from collections.abc import Mapping
from pathlib import Path

from grader.judge.decisions import read
from grader.pipeline.deciding import all_decided
from grader.pipeline.publish import publish_reports
from grader.platforms import Receipt, find_platform


def send_grades(
    runs: Path,
    platform: str,
    options: Mapping[str, str],
    *,
    decisions_file: Path | None = None,
    dry_run: bool = False,
) -> Receipt:
    """Send what is below `runs`; on a dry run only say what would change.

    decisions_file: decisions on the class, TOML or CSV; reports that they change are renewed.
    Raises GraderError for no grades, an unknown platform or option, or one that cannot be reached.
    """
    target = find_platform(platform)
    decisions = read(decisions_file) if decisions_file else None
    grades = all_decided(runs, decisions)
    for attempt, judged, final in grades:
        if final != judged and not dry_run:
            publish_reports(judged, attempt, decisions)
    finals = [grade.final for grade in grades]
    return target.send(finals, folder=runs, options=options, dry_run=dry_run)
