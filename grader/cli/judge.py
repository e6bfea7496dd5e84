"""The command `judge`: stored evidence again, really or only to see what a rubric would do."""

from __future__ import annotations  # a name of a room would load it

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader import assignment as assignments, pipeline, records
from grader.cli.common import ALL_WELL, SOME_NOT, Named, Runs, console
from grader.cli.show import add_ids, short_points


def judge(
    runs: Runs,
    assignment: Named = "",
    what_if: Annotated[
        Path | None,
        typer.Option(help="A changed copy of assignment.toml: who gains, who loses."),
    ] = None,
) -> int:
    """Judge stored evidence again, after a change of the rubric. Needs no TensorFlow.

    Each grade is judged by its own assignment; with --assignment all must be of that one.

    With --what-if nothing is written: it shows what another rubric would do to the class.

    Example: [bold]grader judge runs --what-if rubric.toml[/]

    Exit status: 0 all judged, 1 some grades are held, 2 usage or a mistake in the rubric."""
    attempts = list(records.attempts(runs))
    if not attempts:
        raise records.GraderError(
            f"There is no evidence in {runs}.", what_to_do=pipeline.where_instead(runs)
        )
    rubrics = pipeline.rubrics_of(attempts, assignment)
    if what_if is not None:
        return _compare(attempts, rubrics, what_if)
    grades, changes = [], []
    for before, grade in pipeline.judge_all(attempts, rubrics):
        grades.append(grade)
        if before is not None and before != grade.points:
            changes.append(f"{grade.submission.id}: {before:g} → {grade.points:g}")
    if len(attempts) > 1:
        folders = (attempt.parent.parent for attempt in attempts)
        pipeline.write_classes(list(zip(folders, grades, strict=True)))
    for change in changes:
        console.print(Text(f"  {change}"))
    console.print(f"Judged {len(grades)}; the points of {len(changes)} changed.")
    return SOME_NOT if any(grade.held for grade in grades) else ALL_WELL


def _compare(
    attempts: Sequence[Path], rubrics: Mapping[str, assignments.Assignment], rubric: Path
) -> int:
    """Print who gains and who loses; the exit status is the one that judging would have."""
    compared = pipeline.compare_rubrics(attempts, rubrics, rubric)
    changed = [pair for pair in compared.pairs if pair.differs]
    if changed:
        console.print(_changes_table(changed))
    for sentence in (*compared.sentences, "Nothing was written."):
        console.print(Text(sentence), soft_wrap=True)
    return SOME_NOT if any(pair.then.held for pair in compared.pairs) else ALL_WELL


def _changes_table(changed: Sequence[pipeline.Pair]) -> Table:
    """The largest loss first: that is who will ask."""
    table = Table(title="What would change", title_justify="left", pad_edge=False)
    add_ids(table, [pair.now.submission.id for pair in changed])
    for title in ("now", "then", "change"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("criteria", overflow="fold")
    for pair in sorted(changed, key=lambda pair: (pair.change, pair.now.submission.id)):
        style = "green" if pair.change > 0 else "red" if pair.change < 0 else ""
        table.add_row(
            Text(pair.now.submission.id),
            Text(short_points(pair.now)),
            Text(short_points(pair.then)),
            Text(f"{pair.change:+g}" if pair.change else "", style=style),
            Text(", ".join(pair.criteria)),
        )
    return table
