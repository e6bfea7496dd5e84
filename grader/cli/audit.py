"""The command `grader audit`."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.records import GraderError

if TYPE_CHECKING:
    from grader.audit import Audit, Tally, Variant, Wrong

Guard = Callable[[], AbstractContextManager[None]]
ALL_RIGHT, SOME_WRONG = 0, 1
LINE_S = 15.0
RUNS = Path("runs")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What was said on the command line."""

    sample: int
    combined: int
    seed: int
    jobs: int
    only: str
    revision: str
    out: Path
    scale: str
    sandbox: str
    dry_run: bool


def register(app: typer.Typer, console: Console, guard: Guard) -> None:
    """Add the command. `guard` turns errors of ours into one line and an exit status."""

    @app.command()
    def audit(  # noqa: PLR0913, PLR0917 - the options of a command
        assignment: Annotated[str, typer.Argument(help="Folder or name of the assignment.")] = "",
        sample: Annotated[int, typer.Option(help="Only that many variants; 0: all.")] = 0,
        combined: Annotated[int, typer.Option(help="Combinations of rewrites a revision.")] = 60,
        seed: Annotated[int, typer.Option(help="Of the combinations and the sample.")] = 1,
        jobs: Annotated[int, typer.Option("--jobs", "-j", help="Sandboxes at once; 0: cores.")] = 0,
        only: Annotated[str, typer.Option(help="Variants with this in their names.")] = "",
        revision: Annotated[str, typer.Option(help="Only variants of this revision.")] = "",
        out: Annotated[Path, typer.Option("--out", "-o", help="Where runs are kept.")] = RUNS,
        scale: Annotated[str, typer.Option(help="Stand-in: small or full.")] = "",
        sandbox: Annotated[str, typer.Option(help="auto, bubblewrap, landlock.")] = "auto",
        dry_run: Annotated[bool, typer.Option("--list", help="Only list the variants.")] = False,
    ) -> None:
        """Measure the rubric's own error rate on generated variants whose verdicts are known.

        Right spellings must keep full marks, mistakes must cost exactly their criteria. What has
        been run before is not run again: after a change of a check only the judging is repeated.

        Example: [bold]grader audit horses-vs-humans --sample 40[/]

        Exit status: 0 every verdict as expected, 1 some are not, 2 usage, 3 no sandbox.
        """
        told = locals()
        names = [one.name for one in dataclasses.fields(Options)]
        options = Options(**{name: told[name] for name in names})
        with guard():
            raise typer.Exit(audited(assignment, options, console))


def audited(named: str, options: Options, console: Console) -> int:
    """Audit, print the table, return the exit status."""
    from grader.assignment.data import find_data  # noqa: PLC0415
    from grader.audit import (  # noqa: PLC0415
        choose_variants,
        compare_verdicts,
        load_catalogue,
        run_audit,
    )
    from grader.cli.chosen import find_assignment  # noqa: PLC0415
    from grader.records import Cache  # noqa: PLC0415
    from grader.run import Setting  # noqa: PLC0415
    from grader.sandbox import choose  # noqa: PLC0415

    chosen = find_assignment(named)
    known = load_catalogue(chosen).only(options.revision)
    found = tuple(
        one
        for one in choose_variants(
            known, combined=options.combined, seed=options.seed, sample=options.sample
        )
        if options.only in one.id
    )
    if options.dry_run:
        return _listed(found, console)
    if not found:
        told = {"only": options.only, "revision": options.revision, "sample": options.sample}
        asked = ", ".join(f"--{name} {value}" for name, value in told.items() if value)
        raise GraderError(
            f"No variant is left with {asked}.",
            what_to_do="See with --list which there are; a sample is drawn before --only looks.",
        )
    setting = Setting(
        assignment=chosen,
        assets=find_data(options.scale or None),
        sandbox=choose(options.sandbox),
        cache=Cache.default(),
        out=options.out,
    )
    started = time.monotonic()
    jobs = options.jobs or os.cpu_count() or 1
    done = run_audit(found, known, setting, jobs=jobs, tick=_Ticker(console))
    tallies, wrong = compare_verdicts(done, chosen, known.not_asked)
    console.print(table(tallies))
    _say(done, wrong, time.monotonic() - started, console)
    return SOME_WRONG if wrong or done.failed else ALL_RIGHT


def _listed(found: Sequence[Variant], console: Console) -> int:
    for one in found:
        costs = ", ".join(f"{name} {status}" for name, status in one.expected.items())
        console.print(Text(f"{one.id}: {costs or 'full marks'}"), soft_wrap=True)
    console.print(f"{len(found)} variants")
    return ALL_RIGHT


class _Ticker:
    """A line now and then: how many are done, how long it still takes."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = self.last = time.monotonic()

    def __call__(self, audit: Audit) -> None:
        now = time.monotonic()
        done, total = len(audit.evidence) + len(audit.failed), len(audit.asked)
        if now - self.last < LINE_S or done == total:
            return
        self.last = now
        rate = (now - self.started) / audit.fresh if audit.fresh else 0.0
        left = f", {rate * (total - done) / 60:.1f} min left" if rate else ""
        self.console.print(
            f"  … {done} of {total} pieces of {len(audit.variants)} variants{left}", highlight=False
        )


def table(tallies: Sequence[Tally]) -> Table:
    """A row a criterion."""
    made = Table(title="The rubric's own errors", title_justify="left", pad_edge=False)
    made.add_column("criterion", no_wrap=True)
    for name in ("right", "mistaken", "false accepts", "false rejects"):
        made.add_column(name, justify="right")
    made.add_column("95 % interval of the share that is wrong", justify="right")
    for one in tallies:
        low, high = one.interval
        made.add_row(
            one.criterion,
            str(one.right),
            str(one.mistaken),
            str(one.false_accepts),
            str(one.false_rejects),
            f"{low:.1%} – {high:.1%}" if one.variants else "not asked",
        )
    return made


def _say(done: Audit, wrong: Sequence[Wrong], seconds: float, console: Console) -> None:
    for one in wrong:
        kind = "false accept" if one.is_false_accept else "false reject"
        console.print(
            Text(
                f"  {kind}: {one.variant.id}: {one.criterion} {one.status}, "
                f"expected {one.expected}: {one.message}"
            ),
            soft_wrap=True,
        )
    for variant in done.variants:
        for piece in done.pieces[variant.id]:
            if piece.key in done.failed:
                why = done.failed[piece.key]
                console.print(Text(f"  not run: {variant.id}: {why}"), soft_wrap=True)
    right = sum(one.right for one in done.variants)
    console.print(
        f"{len(done.variants)} variants, {right} of them right, "
        f"{len(wrong)} wrong verdicts, {len(done.failed)} not run; in {seconds:.0f} s, "
        f"{seconds / len(done.variants):.1f} s a variant ({done.fresh} of {len(done.asked)} pieces "
        "were run now, the others were known).",
        highlight=False,
    )
