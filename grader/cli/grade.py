"""What `grader grade` does, between the command line and the batch."""

from __future__ import annotations

import dataclasses
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

from rich.console import Console
from rich.text import Text

from grader.assignment import Assignment
from grader.assignment.data import find_data
from grader.cli.chosen import GRADED, HELD, INTERRUPTED, find_assignment
from grader.cli.display import Display, class_table, grade_table
from grader.cli.profile import profile_table
from grader.intake import Source, gather
from grader.judge.decisions import standing
from grader.pipeline import (
    Board,
    Outcome,
    final_grades,
    grade_all,
    write_summary,
)
from grader.records import Cache, Grade, GraderError, attempts, current
from grader.run import Setting
from grader.sandbox import choose

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What the instructor said on the command line."""

    assignment: str
    out: Path
    jobs: int
    training: str
    keras: str
    sandbox: str
    scale: str | None
    limits: tuple[str, ...]
    only: tuple[str, ...]
    force: bool
    share: bool = True
    profile: bool = False


def with_limits(chosen: Assignment, changes: Sequence[str]) -> Assignment:
    """The assignment with limits overridden by `name=value` words."""
    known = chosen.limits.model_dump()
    for change in changes:
        name, _, value = change.partition("=")
        if name not in known or not value.replace(".", "", 1).isdigit():
            raise GraderError(
                f"--limit {change}: expected NAME=NUMBER.",
                what_to_do=f"Limits are: {', '.join(sorted(known))}.",
            )
        known[name] = type(known[name])(float(value))
    return chosen.model_copy(update={"limits": type(chosen.limits).model_validate(known)})


def grade_class(paths: Sequence[Path], options: Options, console: Console) -> int:
    """Grade all notebooks below `paths`; returns the exit status."""
    found = find_assignment(options.assignment)
    if options.keras not in ("", "2", "3"):
        raise GraderError(f"--keras {options.keras}: expected 2 or 3.")
    by_notebook = options.training == "notebook"
    chosen = with_limits(found.really_trained() if by_notebook else found, options.limits)
    # choose before anything is read: without a working tier nothing may run
    tier = choose(options.sandbox)
    store = find_data(options.scale)
    setting = Setting(
        assignment=chosen,
        assets=store,
        sandbox=tier,
        cache=Cache.default(),
        training=cast(Literal["recipe", "notebook"], options.training),
        keras=cast(Literal["", "2", "3"], options.keras),
        out=options.out,
        share=options.share,
        threads=max(1, (os.cpu_count() or 1) // options.jobs),
    )
    standing(setting.folder)  # a mistake in the class's decisions is said before hours of work
    with tempfile.TemporaryDirectory(prefix="grader-unpacked-") as unpacked:
        sources = _wanted(gather(paths, unpack_into=Path(unpacked)), options.only)
        _say_what_is_done(setting, sources, options.jobs, console)
        outcomes = _run(sources, setting, options, console)
    write_summary(outcomes, setting)
    grades = final_grades(outcomes, setting)
    _say_outcome(grades, setting.folder, console)
    if options.profile:
        folders = (current(setting.folder / grade.submission.id) for grade in grades)
        console.print(profile_table([attempt for attempt in folders if attempt]))
    all_graded = len(grades) == len(sources) and not any(grade.held for grade in grades)
    return GRADED if all_graded else HELD


def _wanted(sources: list[Source], only: tuple[str, ...]) -> list[Source]:
    unknown = set(only) - {source.id for source in sources}
    if unknown:
        raise GraderError(
            f"No submission has the id {', '.join(sorted(unknown))}.",
            what_to_do=f"Ids here: {', '.join(source.id for source in sources[:20])}.",
        )
    return [source for source in sources if not only or source.id in only]


def _run(
    sources: list[Source], setting: Setting, options: Options, console: Console
) -> list[Outcome]:
    board = Board(total=len(sources))
    display = Display(console, len(sources))
    try:
        with display.running():
            return grade_all(
                sources,
                setting,
                jobs=options.jobs,
                force=options.force,
                board=board,
                tick=display.tick,
            )
    except KeyboardInterrupt:
        console.print(
            f"Interrupted with {len(board.done)} of {board.total} graded. "
            "What is finished is kept; the same command goes on from here."
        )
        console.file.flush()
        write_summary(board.done, setting)
        # The sandboxes die with their parent; waiting for them could take as long as a run.
        os._exit(INTERRUPTED)


def _say_what_is_done(setting: Setting, sources: list[Source], jobs: int, console: Console) -> None:
    record = setting.assets.record
    console.print(
        f"Grading {len(sources)} submissions of [bold]{setting.assignment.title}[/], "
        f"{jobs} at once, sandbox {setting.sandbox.name}, "
        f"measured on {record.kind} data ({record.scale}).",
        highlight=False,
    )
    for lack in setting.sandbox.lacks:
        console.print(f"  This tier cannot give: {lack}", style="yellow")


def _say_outcome(grades: list[Grade], folder: Path, console: Console) -> None:
    if not grades:
        return
    console.print(grade_table(grades[0]) if len(grades) == 1 else class_table(grades))
    held = [grade for grade in grades if grade.held]
    if held:
        console.print(f"{len(held)} held for a person to look at; no number was given to them.")
    paths = [folder / "batch.html", folder / "grades.csv"]
    for path in paths:
        console.print(Text(f"  {path}"), soft_wrap=True)
    if len(grades) == 1:
        for attempt in attempts(folder / grades[0].submission.id):
            console.print(Text(f"  {attempt / 'report.html'}"), soft_wrap=True)
    else:
        console.print(Text(f"  {folder}/SUBMISSION/ATTEMPT/report.html"), soft_wrap=True)
