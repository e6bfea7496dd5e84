"""All current grades to a platform, with every decision in them: each assignment by itself."""

from collections.abc import Mapping
from pathlib import Path

from grader.judge.decisions import read
from grader.pipeline.deciding import Decided, all_decided
from grader.pipeline.publish import publish_reports
from grader.pipeline.tasks import UNRECOGNISED
from grader.platforms import Receipt, find_platform, held
from grader.records import GraderError


def send_grades(
    runs: Path,
    platform: str,
    options: Mapping[str, str],
    *,
    decisions_file: Path | None = None,
    dry_run: bool = False,
) -> list[Receipt]:
    """Send what is below `runs`; on a dry run only say what would change. A receipt for each
    assignment, and one for what belongs to none, which is held.
    decisions_file: decisions on the class, TOML or CSV; reports that they change are renewed.
    Raises GraderError for no grades, an unknown platform or option, one that cannot be reached, and
    for options (a column, a folder) where there are several assignments."""
    target = find_platform(platform)
    decisions = read(decisions_file) if decisions_file else None
    grades = all_decided(runs, decisions)
    classes: dict[str, list[Decided]] = {}
    for grade in grades:
        classes.setdefault(grade.final.assignment, []).append(grade)
    nobodys = classes.pop(UNRECOGNISED, [])
    if len(classes) > 1 and options:
        raise GraderError(
            f"{runs} holds grades of {', '.join(sorted(classes))}, and options are of one of them.",
            what_to_do=f"Send each by itself: {runs / min(classes)}.",
        )
    for attempt, judged, final in grades:
        if final != judged and not dry_run:
            publish_reports(judged, attempt, decisions)
    receipts = []
    for _, own in sorted(classes.items()):
        folder = runs if len(classes) == 1 else own[0].attempt.parent.parent
        finals = [grade.final for grade in own]
        receipts.append(target.send(finals, folder=folder, options=options, dry_run=dry_run))
    if nobodys:
        entries = (held(grade.final) for grade in nobodys)
        receipts.append(
            Receipt(sink=platform, target="nobody", dry_run=dry_run, entries=tuple(entries))
        )
    return receipts
