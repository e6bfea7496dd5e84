"""What `grader send`, `grader override` and `grader pack` do; the commands are in cli_platforms."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.assignment import all_slugs, load_assignment
from grader.assignment.data import find_data
from grader.judge.decisions import Decisions, Override, decided, read, record
from grader.pipeline import publish_reports
from grader.platforms import Receipt, find_platform
from grader.platforms.container import HOME, WHEELHOUSE, build_wheel, pack_container
from grader.records import Grade, GraderError, attempts, load

COLOURS = {"sent": "green", "planned": "yellow", "unchanged": "dim", "held": "magenta",
           "exempt": "dim", "refused": "red"}  # fmt: skip
MAX_SHOWN_DIFF = 60


def parse_options(words: Sequence[str]) -> dict[str, str]:
    """`name=value` words. Raises GraderError for one that is not."""
    for word in words:
        if "=" not in word:
            raise GraderError(f"--option {word}: expected NAME=VALUE.")
    return dict(word.split("=", 1) for word in words)


def adjusted(runs: Path, decisions: Decisions | None = None) -> list[tuple[Path, Grade, Grade]]:
    """(attempt, as judged, as people decided) for every current grade below a run folder."""
    found = []
    for attempt in attempts(runs):
        judged = load(attempt / "grade.json", Grade)
        if judged is None:
            continue
        found.append((attempt, judged, decided(judged, attempt.parent, decisions)))
    if not found:
        raise GraderError(f"There are no grades in {runs}.", what_to_do="Run `grader grade` first.")
    return found


def send_grades(
    runs: Path,
    *,
    to: str,
    options: Mapping[str, str],
    overrides: Path | None,
    dry_run: bool,
    console: Console,
) -> int:
    """Send all current grades with every decision in them; the exit status."""
    platform = find_platform(to)
    decisions = read(overrides) if overrides else None
    grades = adjusted(runs, decisions)
    for attempt, judged, final in grades:
        if final != judged and not dry_run:
            publish_reports(judged, attempt, decisions)
    receipt = platform.send(
        [final for _, _, final in grades], folder=runs, options=options, dry_run=dry_run
    )
    show(receipt, console)
    return receipt.exit_status


def show(receipt: Receipt, console: Console) -> None:
    """The receipt as a table, with a diff of the files on a dry run."""
    title = "would be sent to" if receipt.dry_run else "sent to"
    table = Table("submission", "status", "now there", "will be", "why", title_justify="left")
    table.title = Text(f"{title} {receipt.sink} {receipt.target}")
    for entry in receipt.entries:
        cells = (entry.submission, entry.status, entry.before, entry.after, entry.message)
        style = COLOURS[entry.status]
        table.add_row(
            *(Text(cell, style=style if at == 1 else "") for at, cell in enumerate(cells))
        )
    console.print(table)
    changed = [file for file in receipt.files if file.status != "same"]
    for file in changed:
        console.print(Text(f"{file.status:8} {file.path}"))
        if receipt.dry_run and file.diff:
            lines = file.diff.splitlines()
            console.print(Text("\n".join(lines[:MAX_SHOWN_DIFF]), style="dim"))
    if not receipt.changes:
        console.print("Nothing changes.")


def decide(run: Path, decision: Override, console: Console) -> None:
    """Keep one decision about the one submission below `run`, and renew its report."""
    found = list(attempts(run))
    if len(found) != 1:
        raise GraderError(f"{run} holds {len(found)} submissions.", what_to_do="Name just one.")
    grade = load(found[0] / "grade.json", Grade)
    if grade is None:
        raise GraderError(f"{run} has no grade.", what_to_do="Run `grader grade` first.")
    known = {verdict.criterion for verdict in grade.verdicts}
    if decision.criterion and decision.criterion not in known:
        raise GraderError(
            f"{grade.submission.id} has no criterion {decision.criterion!r}.",
            what_to_do=f"There are: {', '.join(sorted(known))}.",
        )
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    signed = {
        "submission": grade.submission.id,
        "sha256": grade.submission.sha256,
        "at": at,
        "by": decision.by or getpass.getuser(),
    }
    record(found[0].parent, decision.model_copy(update=signed))
    final = publish_reports(grade, found[0])
    points = f"{grade.points:g} → {final.points:g} of {final.max_points:g} points"
    console.print(Text(f"{grade.submission.id}: {points}" + (", held" if final.held else "")))


def make_pack(  # noqa: PLR0913 - keyword-only: the options of a command
    platform: str,
    slug: str,
    out: Path,
    *,
    wheel: Path | None,
    lock: Path,
    timeout_s: int | None,
    assets: str,
    wheelhouse: Path | None = None,
    data: str = "",
) -> Path:
    """What to upload to a platform; the wheel is built when none is given.

    wheelhouse: packages to install from; data: the assets to put in (original, full, small).
    """
    chosen = load_assignment(slug or all_slugs()[0])
    out.mkdir(parents=True, exist_ok=True)
    project = Path(__file__).parents[2]
    built = wheel or build_wheel(project, out)
    locked = lock if lock.is_file() else project / lock.name
    extra = {WHEELHOUSE: wheelhouse} if wheelhouse else {}
    if data:
        root = find_data(data).root
        extra[f"{HOME}/assets/{root.name}"] = root
    return pack_container(
        platform, chosen, out, wheel=built, lock=locked, timeout_s=timeout_s, assets=assets,
        extra=extra,
    )  # fmt: skip
