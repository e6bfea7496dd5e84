"""The commands with which people decide: override, comment, exempt, release, withdraw.

Each adds one line to the trail of a submission and renews its report; none is ever taken out.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from grader import pipeline
from grader.cli.common import console
from grader.cli.show import no_number
from grader.judge import decisions

Run = Annotated[Path, typer.Argument(help="Its folder: runs/ASSIGNMENT/SUBMISSION.")]


def _said(words: str) -> str:
    """Words that say something."""
    if not words.strip():
        raise typer.BadParameter("There are no words in it.")
    return words


Why = Annotated[str, typer.Option(help="The reason; it is kept with the decision.", callback=_said)]
By = Annotated[str, typer.Option(help="Who decides; default: your login.")]
TOTAL = "total"


def override(
    run: Run,
    criterion: Annotated[
        str, typer.Argument(help="Id of the criterion (`grader show RUN` lists them), or `total`.")
    ],
    points: Annotated[float, typer.Argument(min=0, help="Its points from now on.")],
    why: Why,
    by: By = "",
) -> None:
    """Set the points of a criterion, or the total, by hand. Stays when the class is graded again.

    Example: [bold]grader override runs/ASSIGNMENT/ada cut 8 --why "argued well"[/]"""
    kind = {"kind": TOTAL} if criterion == TOTAL else {"kind": "override", "criterion": criterion}
    _decide(run, **kind, points=points, why=why, by=by)


def comment(
    run: Run,
    words: Annotated[str, typer.Argument(help="What the student is to read.", callback=_said)],
    by: By = "",
) -> None:
    """Say something to the student, in the report and wherever the grade is sent.

    Example: [bold]grader comment runs/ASSIGNMENT/ada "Well argued in the forum."[/]"""
    _decide(run, kind="comment", why=words, by=by)


def exempt(run: Run, why: Why, by: By = "") -> None:
    """Leave this student out: no number is sent anywhere.

    Example: [bold]grader exempt runs/ASSIGNMENT/bob --why "moved to another course"[/]"""
    _decide(run, kind="exempt", why=why, by=by)


def release(run: Run, why: Why, by: By = "") -> None:
    """End a hold: the points that could be given count.

    Example: [bold]grader release runs/ASSIGNMENT/cy --why "looked at it"[/]"""
    _decide(run, kind="release", why=why, by=by)


def withdraw(
    run: Run,
    what: Annotated[
        str, typer.Argument(help="override, total, comment, exempt, extension or release.")
    ],
    criterion: Annotated[str, typer.Argument(help="Only the override of this one.")] = "",
    why: Annotated[str, typer.Option(help="The reason; it is kept with the decision.")] = "",
    by: By = "",
) -> None:
    """Take back earlier decisions of that kind. Both stay in the record.

    Example: [bold]grader withdraw runs/ASSIGNMENT/ada override cut --why "a mix-up"[/]"""
    kinds = ("override", TOTAL, "comment", "exempt", "extension", "release")
    if what not in kinds:
        raise typer.BadParameter(f"{what!r} is none of {', '.join(kinds)}.")
    _decide(run, kind="withdraw", what=what, criterion=criterion, why=why, by=by)


def _decide(run: Path, **decision: Any) -> None:
    kept = decisions.Override.model_validate({"submission": "", **decision})
    _, grade, final = pipeline.decide(run, kept)
    before, after = ("held" if each.held else f"{each.points:g}" for each in (grade, final))
    points = f"{after if before == after else f'{before} → {after}'} of {final.max_points:g} points"
    none = no_number(final)
    said = f"{none}: no number is sent" if none else points
    console.print(Text(f"{grade.submission.id}: {said}"))
    if final.points > final.max_points:
        more = f"{final.points - final.max_points:g} more than there are"
        console.print(
            Text(f"{more}: extra credit. If it is a slip, `grader withdraw` takes it back.")
        )
