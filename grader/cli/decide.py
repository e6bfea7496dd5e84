"""The commands with which people decide: override, comment, exempt, release, withdraw.

Each adds one line to the trail of a submission and renews its report; none is ever taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

Guard = Callable[[], AbstractContextManager[None]]
Decide = Callable[..., None]
Run = Annotated[Path, typer.Argument(help="The run folder of one submission.")]
Why = Annotated[str, typer.Option(help="The reason; it stays in the audit trail.")]
By = Annotated[str, typer.Option(help="Who decides; default: your login.")]
TOTAL = "total"


def register(app: typer.Typer, console: Console, guard: Guard) -> None:
    """Add the commands. `guard` turns errors of ours into one line and an exit status."""

    def decide(run: Path, **decision: Any) -> None:
        from grader.cli.send import decide as keep  # noqa: PLC0415 - `grader --help` stays light
        from grader.judge.decisions import Override  # noqa: PLC0415

        with guard():
            keep(run, Override.model_validate({"submission": "", **decision}), console)

    _override(app, decide)
    _about_the_whole(app, decide)
    _withdraw(app, decide)


def _override(app: typer.Typer, decide: Decide) -> None:
    @app.command()
    def override(
        run: Run,
        criterion: Annotated[str, typer.Argument(help="Criterion, or `total`.")],
        points: Annotated[float, typer.Argument(min=0, help="Its points from now on.")],
        why: Why,
        by: By = "",
    ) -> None:
        """Decide a criterion (or the total) by hand. Kept over every re-grade.

        Example: [bold]grader override runs/horses-vs-humans/ada cut 8 --why "argued well"[/]
        """
        kind = {"kind": TOTAL} if criterion == TOTAL else {"kind": "override"}
        about = "" if criterion == TOTAL else criterion
        decide(run, **kind, criterion=about, points=points, why=why, by=by)


def _about_the_whole(app: typer.Typer, decide: Decide) -> None:
    @app.command()
    def comment(
        run: Run,
        words: Annotated[str, typer.Argument(help="What the student is to read.")],
        by: By = "",
    ) -> None:
        """Say something to the student, in the report and wherever the grade is sent.

        Example: [bold]grader comment runs/horses-vs-humans/ada "Well argued in the forum."[/]
        """
        decide(run, kind="comment", why=words, by=by)

    @app.command()
    def exempt(run: Run, why: Why, by: By = "") -> None:
        """Leave this student out: no number is sent anywhere.

        Example: [bold]grader exempt runs/horses-vs-humans/bob --why "moved to another course"[/]
        """
        decide(run, kind="exempt", why=why, by=by)

    @app.command()
    def release(run: Run, why: Why, by: By = "") -> None:
        """End a hold: the points that the judge could give are to count.

        Example: [bold]grader release runs/horses-vs-humans/cy --why "looked at it"[/]
        """
        decide(run, kind="release", why=why, by=by)


def _withdraw(app: typer.Typer, decide: Decide) -> None:
    @app.command()
    def withdraw(
        run: Run,
        what: Annotated[
            str, typer.Argument(help="override, total, comment, exempt, extension or release.")
        ],
        criterion: Annotated[str, typer.Argument(help="Only the override of this one.")] = "",
        why: Why = "",
        by: By = "",
    ) -> None:
        """Take back earlier decisions of that kind. The trail keeps both.

        Example: [bold]grader withdraw runs/horses-vs-humans/ada override cut --why "a mix-up"[/]
        """
        kinds = ("override", TOTAL, "comment", "exempt", "extension", "release")
        if what not in kinds:
            raise typer.BadParameter(f"{what!r} is none of {', '.join(kinds)}.")
        decide(run, kind="withdraw", what=what, criterion=criterion, why=why, by=by)
