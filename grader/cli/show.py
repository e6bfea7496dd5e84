"""The commands `show` and `schema`, and the tables of grades. Student text is plain text only."""

from __future__ import annotations  # a name of a room would load it

import json
from collections.abc import Sequence

import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from grader import pipeline, records, report
from grader.cli.common import Runs, console

WIDE = 100
"""Characters a line from which on there is room for how a run ended."""
BESIDE_SIGNS = 54
"""Characters that a line needs beside one sign a criterion."""
WIDEST_ID = 24


def show(runs: Runs) -> None:
    """Print stored grades as tables, with people's decisions in them.

    Example: [bold]grader show runs/ASSIGNMENT/ada[/]"""
    grades = [grade.final for grade in pipeline.all_decided(runs)]
    print_grades(grades)


def schema() -> None:
    """Print the JSON Schema of grade.json.

    Example: [bold]grader schema > grade.schema.json[/]"""
    typer.echo(json.dumps(records.Grade.model_json_schema(), indent=1))


def print_grades(grades: Sequence[records.Grade]) -> None:
    """One grade criterion by criterion; several as a table for each assignment."""
    if len(grades) == 1:
        if grades[0].verdicts:
            console.print(grade_table(grades[0], ids=True))
        elif not grades[0].held:
            console.print(Text(headline(grades[0])))
        for words in report.held_words(grades[0], "instructor") if grades[0].held else ():
            console.print(Text(report.clean(words)), soft_wrap=True)
        return
    slugs = list(dict.fromkeys(grade.assignment for grade in grades))
    for slug in slugs:
        title = f"The class: {slug}" if len(slugs) > 1 else "The class"
        console.print(class_table([g for g in grades if g.assignment == slug], title))


def class_table(grades: Sequence[records.Grade], title: str) -> Table:
    """The class at a glance: a row a submission. A narrow terminal is not told how runs ended, the
    narrowest not how each criterion did."""
    table = Table(title=title, title_justify="left", pad_edge=False, box=SIMPLE, show_edge=False)
    add_ids(table, [grade.submission.id for grade in grades])
    table.add_column("points", justify="right", no_wrap=True)
    signs = {g.submission.id: "".join(report.SIGNS[v.status] for v in g.verdicts) for g in grades}
    each = console.width >= max(map(len, signs.values()), default=0) + BESIDE_SIGNS
    wide = console.width >= WIDE
    if each:
        table.add_column("criteria", no_wrap=True)
    if wide:
        table.add_column("run", no_wrap=True)
    table.add_column("first to fix", overflow="fold")
    for grade in grades:
        titles = {verdict.criterion: verdict.title for verdict in grade.verdicts}
        why = grade.held_because if grade.held else titles.get(grade.first_to_fix, "")
        table.add_row(
            Text(grade.submission.id),
            Text(short_points(grade), style="yellow" if grade.held else ""),
            *([Text(signs[grade.submission.id])] if each else []),
            *([Text(grade.run.status)] if wide else []),
            Text(report.clean(why)),
        )
    return table


def add_ids(table: Table, ids: Sequence[str]) -> None:
    """The column of submissions, wide enough that no id is broken into three letters a line."""
    title = "submission"
    longest = max(map(len, (title, *ids)))
    # a least width would make rich's table too wide, and cut the last column's letters off
    table.add_column(title, overflow="fold", width=min(longest, WIDEST_ID))


def short_points(grade: records.Grade) -> str:
    """`94/100`, or why there is no number."""
    return no_number(grade) or f"{grade.points:g}/{grade.max_points:g}"


def no_number(grade: records.Grade) -> str:
    """Held or exempt; "" where the number counts."""
    return "held" if grade.held else "exempt" if grade.exempt else ""


def headline(grade: records.Grade, note: str = "") -> str:
    """`ada: 94 of 100`, with what is said behind it."""
    total = no_number(grade) or f"{grade.points:g} of {grade.max_points:g}{note}"
    return f"{grade.submission.id}: {total}"


def grade_table(
    grade: records.Grade, unknown: Sequence[str] = (), note: str = "", *, ids: bool = False
) -> Table:
    """One grade: a row a criterion, those that fell by one cause together, what to mend first on
    top. `unknown`: criteria that nobody can judge here; `note`: what is said behind the total;
    `ids`: what `grader override` calls them."""
    table = Table(title=headline(grade, note), title_justify="left", pad_edge=False)
    table.add_column("")
    if ids:
        table.add_column("id", overflow="fold")
    table.add_column("criterion", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was seen", overflow="fold")
    known = [verdict for verdict in grade.verdicts if verdict.criterion not in unknown]
    causes = report.fallen(grade, known)

    def add(verdict: records.Verdict, words: str) -> None:
        judged = verdict.criterion not in unknown
        table.add_row(
            report.SIGNS[verdict.status] if judged else "?",
            *([Text(verdict.criterion)] if ids else []),
            Text(verdict.title),
            f"{verdict.points:g}/{verdict.max_points:g}"
            if judged
            else f"of {verdict.max_points:g}",
            Text(report.clean(words)),
        )

    for cause in causes:
        first, *others = cause.verdicts
        hangs = f" – {cause.hangs}" if others else ""
        add(first, f"{first.message}{hangs}")
        for verdict in others:
            own = report.briefly(verdict, first).message
            add(verdict, f"″ {'' if verdict.status == 'skipped' else own}")
        table.add_section()
    told = {verdict.criterion for cause in causes for verdict in cause.verdicts}
    for verdict in grade.verdicts:
        if verdict.criterion not in told:
            add(verdict, verdict.message)
    return table
