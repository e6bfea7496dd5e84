"""The command `audit`."""

from __future__ import annotations  # a name of a room would load it

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader import audit as audits, records, run, sandbox
from grader.assignment import data
from grader.cli.common import ALL_WELL, LINE_S, SOME_NOT, console, find_assignment


def audit(
    assignment: Annotated[str, typer.Argument(help="Folder or name of the assignment.")],
    sample: Annotated[int, typer.Option(help="Only that many variants; 0: all.")] = 0,
    combined: Annotated[int, typer.Option(help="Combinations of rewrites a revision.")] = 60,
    seed: Annotated[int, typer.Option(help="Of the combinations and the sample.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Sandboxes at once; 0: cores.")] = 0,
    only: Annotated[str, typer.Option(help="Variants with this in their names.")] = "",
    revision: Annotated[str, typer.Option(help="Only variants of this revision.")] = "",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where runs are kept.")] = Path("runs"),
    scale: Annotated[str, typer.Option(help="Stand-in: small or full.")] = "",
    tier: Annotated[str, typer.Option("--sandbox", help="auto, bubblewrap, landlock.")] = "auto",
    dry_run: Annotated[bool, typer.Option("--list", help="Only list the variants.")] = False,
) -> int:
    """Measure the rubric's own error rate on generated variants whose verdicts are known.

    Right spellings must keep full marks, mistakes must cost exactly their criteria. What has
    been run before is not run again: after a change of a check only the judging is repeated.

    Example: [bold]grader audit ASSIGNMENT --sample 40[/]

    Exit status: 0 every verdict as expected, 1 some are not, 2 usage, 3 no sandbox."""
    chosen = find_assignment(assignment)
    catalogue = audits.load_catalogue(chosen).only(revision)
    drawn = audits.choose_variants(catalogue, combined=combined, seed=seed, sample=sample)
    variants = [variant for variant in drawn if only in variant.id]
    if dry_run:
        for variant in variants:
            costs = ", ".join(f"{name} {status}" for name, status in variant.expected.items())
            console.print(Text(f"{variant.id}: {costs or 'full marks'}"), soft_wrap=True)
        console.print(f"{len(variants)} variants")
        return ALL_WELL
    if not variants:
        options = {"only": only, "revision": revision, "sample": sample}
        asked = ", ".join(f"--{name} {value}" for name, value in options.items() if value)
        raise records.GraderError(
            f"No variant is left with {asked}.",
            what_to_do="See with --list which there are; a sample is drawn before --only looks.",
        )
    setting = run.Setting(
        assignment=chosen,
        assets=data.find_data(chosen, scale or None),
        sandbox=sandbox.choose(tier),
        cache=records.Cache.default(),
        out=out,
    )
    started = time.monotonic()
    done = audits.run_audit(
        variants, catalogue, setting, jobs=jobs or os.cpu_count() or 1, tick=_Ticker()
    )
    tallies, wrong = audits.compare_verdicts(done, chosen, catalogue.not_asked)
    console.print(_table(tallies))
    _say_outcome(done, wrong, time.monotonic() - started)
    return SOME_NOT if wrong or done.failed else ALL_WELL


class _Ticker:
    """A line now and then: how many are done, how long it still takes."""

    def __init__(self) -> None:
        self.started = self.last = time.monotonic()

    def __call__(self, audit: audits.Audit) -> None:
        now = time.monotonic()
        done, total = len(audit.evidence) + len(audit.failed), len(audit.asked)
        if now - self.last < LINE_S or done == total:
            return
        self.last = now
        rate = (now - self.started) / audit.fresh if audit.fresh else 0.0
        left = f", {rate * (total - done) / 60:.1f} min left" if rate else ""
        console.print(
            f"  … {done} of {total} pieces of {len(audit.variants)} variants{left}", highlight=False
        )


def _table(tallies: Sequence[audits.Tally]) -> Table:
    table = Table(title="The rubric's own errors", title_justify="left", pad_edge=False)
    table.add_column("criterion", no_wrap=True)
    for name in ("right", "mistaken", "false accepts", "false rejects"):
        table.add_column(name, justify="right")
    table.add_column("95 % interval of the share that is wrong", justify="right")
    for tally in tallies:
        low, high = tally.interval
        counts = (tally.right, tally.mistaken, tally.false_accepts, tally.false_rejects)
        table.add_row(
            tally.criterion,
            *map(str, counts),
            f"{low:.1%} – {high:.1%}" if tally.variants else "not asked",
        )
    return table


def _say_outcome(done: audits.Audit, wrong: Sequence[audits.Wrong], seconds: float) -> None:
    for verdict in wrong:
        kind = "false accept" if verdict.is_false_accept else "false reject"
        console.print(
            Text(
                f"  {kind}: {verdict.variant.id}: {verdict.criterion} {verdict.status}, "
                f"expected {verdict.expected}: {verdict.message}"
            ),
            soft_wrap=True,
        )
    for variant in done.variants:
        for piece in done.pieces[variant.id]:
            if piece.key in done.failed:
                why = done.failed[piece.key]
                console.print(Text(f"  not run: {variant.id}: {why}"), soft_wrap=True)
    right = sum(variant.right for variant in done.variants)
    console.print(
        f"{len(done.variants)} variants, {right} of them right, "
        f"{len(wrong)} wrong verdicts, {len(done.failed)} not run; in {seconds:.0f} s, "
        f"{seconds / len(done.variants):.1f} s a variant ({done.fresh} of {len(done.asked)} pieces "
        "were run now, the others were known).",
        highlight=False,
    )
