"""The command `grade`: from the command line to the batch, and what is said before and after."""

from __future__ import annotations  # a name of a room would load it

import contextlib
import errno
import functools
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.progress import track
from rich.table import Table
from rich.text import Text

from grader import assignment as assignments, intake, pipeline, records, report, run, sandbox
from grader.assignment import data
from grader.cli.cluster import Certificates, Insecure, joined
from grader.cli.common import (
    ALL_WELL,
    INTERRUPTED,
    SOME_NOT,
    Named,
    Out,
    assignments_for,
    console,
    need_tensorflow,
)
from grader.cli.display import Display
from grader.cli.show import print_grades
from grader.judge import decisions
from grader.pipeline import cluster

MANY = 500
"""Notebooks, from which on reading them shows its progress: a hundred are read in a second."""
MOST_NAMED = 10


def grade(
    paths: Annotated[list[Path], typer.Argument(help="Notebooks, folders or zips of them.")],
    assignment: Named = "",
    out: Out = Path("runs"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Runs at once; 0: one a core.")] = 0,
    training: Annotated[
        Literal["recipe", "notebook"], typer.Option(help="By the recipe, or the notebook's own.")
    ] = "recipe",
    keras: Annotated[
        Literal["2", "3"] | None,
        typer.Option(help="Default: what the notebook's revision was for."),
    ] = None,
    tier: Annotated[
        str,
        typer.Option("--sandbox", help="auto, warm, bubblewrap, landlock; none: own code only."),
    ] = "auto",
    scale: Annotated[
        Literal["small", "full"] | None, typer.Option(help="Which stand-in; default: best data.")
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help="Override one: cell_s=60. Repeatable.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Grade only the submissions with these ids.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again what has been run.")] = False,
    share: Annotated[
        bool, typer.Option(help="Run equal code once (comments do not count).")
    ] = True,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway", help="With --assignment: grade also what seems to be another notebook."
        ),
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Say which stage took how long.")
    ] = False,
    machines: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS|local:N|FILE.toml",
            help="Run on many machines: a scheduler's tls://HOST:8786, local:4, or a batch system.",
        ),
    ] = None,
    certificates: Certificates = None,
    shared: Annotated[
        str,
        typer.Option("--shared", help="With --cluster: folder or store for what comes back."),
    ] = "",
    insecure: Insecure = False,
) -> int:
    """Grade submissions in a sandbox, measure their models: one notebook, a folder, a zip.

    Makes RUNS/ASSIGNMENT/SUBMISSION/ATTEMPT/report.html, and batch.html, grades.csv for the class.
    Each notebook goes to the assignment that it fits; one that fits none, or another than
    --assignment names, is held and never run.

    Exit status: 0 all graded, 1 some grades are held for a person, 2 usage, 3 no sandbox.

    Example: [bold]grader grade submissions/ --out runs[/]"""
    jobs = jobs or os.cpu_count() or 1
    named, known = assignments_for(assignment)
    for chosen in [named] if named else known:
        with_limits(chosen, limit or ())  # a typing error is said before anything is read
    with contextlib.ExitStack() as stack:
        others = stack.enter_context(joined(machines, certificates, shared, insecure=insecure))
        # chosen before anything is read: without a working tier nothing may run
        walls = others.tier() if others else _walls_here(tier)
        setting_of = functools.partial(
            _setting,
            sandbox=walls,
            others=others,
            limit=limit or (),
            scale=scale,
            training=training,
            keras=keras or "",
            out=out,
            share=share,
            threads=max(1, (os.cpu_count() or 1) // jobs),
        )
        unpacked = stack.enter_context(records.scratch("unpacked"))
        handed_out = {name for each in (*known, *filter(None, [named])) for name in each.modules}
        left_out: list[str] = []
        sources = intake.gather(paths, unpack_into=unpacked, provided=handed_out, left_out=left_out)
        _say_what_is_left_out(left_out)
        sources = _wanted(sources, only or ())
        read = track(
            sources, "Reading", console=console, transient=True, disable=len(sources) < MANY
        )
        sorted_out = intake.sort_out(read, known, named, anyway=anyway)
        settings, lacking = pipeline.settings_for(sorted_out, setting_of)
        tasks = pipeline.planned_tasks(sorted_out, settings, out)
        for folder in {task.folder for task in tasks}:
            decisions.standing(folder)  # a mistake in them is said before hours of work
        _may_write(out)
        _say_what_is_done(tasks, others.slots() if others else jobs)
        for problem in lacking:
            console.print(Text(f"  {problem}", style="yellow"), soft_wrap=True)
        board = pipeline.Board(total=len(tasks), others=others)
        display = Display(len(tasks))
        try:
            with display.running():
                outcomes = pipeline.grade_all(
                    tasks, jobs=jobs, force=force, board=board, tick=display.tick
                )
        except KeyboardInterrupt:
            _stop(board, stack)
    pipeline.write_summary(outcomes)
    if others and others.lost:
        raise records.GraderError(
            f"The scheduler is gone, with {sum(bool(each.grade) for each in outcomes)} of "
            f"{board.total} graded.",
            what_to_do="What is finished is kept; the same command goes on from here.",
        )
    grades = pipeline.final_grades(outcomes)
    _say_outcome(grades, out)
    if profile:
        folders = (
            records.current(out / grade.assignment / grade.submission.id) for grade in grades
        )
        console.print(_profile_table([attempt for attempt in folders if attempt]))
    all_graded = len(grades) == len(sources) and not any(grade.held for grade in grades)
    return ALL_WELL if all_graded else SOME_NOT


def _say_what_is_left_out(names: Sequence[str]) -> None:
    """Files of which nothing says whose they are: an instructor knows."""
    if names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        words = f"Not taken for submissions: {', '.join(names[:MOST_NAMED])}{more}."
        console.print(Text(f"  {report.clean(words)}", style="yellow"), soft_wrap=True)


def _may_write(out: Path) -> None:
    """Make the folder for the runs. Raises GraderError where nothing can be written to it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as problem:
        raise records.GraderError(
            f"The runs cannot be written to {out} ({problem.strerror}).",
            what_to_do="Name a folder of your own with --out.",
        ) from problem


def _walls_here(tier: str) -> sandbox.Sandbox:
    """The tier of this machine; it needs TensorFlow but to play back what was recorded."""
    walls = sandbox.choose(tier)
    if walls.name != "replay":
        need_tensorflow()
    return walls


def _setting(
    chosen: assignments.Assignment,
    *,
    limit: Sequence[str],
    scale: str | None,
    others: cluster.Cluster | None,
    **same: Any,
) -> run.Setting:
    """The setting of one assignment. Raises AssetError where its data are not here.

    others: other machines that run. same: what is the same for all assignments of the batch."""
    if same["training"] == "notebook":
        chosen = chosen.really_trained()
    chosen, assets = with_limits(chosen, limit), data.find_data(chosen, scale)
    cache = records.Cache.default()
    return run.Setting(
        assignment=chosen,
        assets=assets,
        cache=cache,
        elsewhere=others.for_assignment(chosen, assets, cache) if others else None,
        **same,
    )


def with_limits(chosen: assignments.Assignment, changes: Sequence[str]) -> assignments.Assignment:
    """The assignment with limits overridden by `name=value` words."""
    known = chosen.limits.model_dump()
    for change in changes:
        name, _, value = change.partition("=")
        if name not in known or not value.replace(".", "", 1).isdigit():
            raise records.GraderError(
                f"--limit {change}: expected NAME=NUMBER.",
                what_to_do=f"Limits are: {', '.join(sorted(known))}.",
            )
        known[name] = type(known[name])(float(value))
    return chosen.model_copy(update={"limits": type(chosen.limits).model_validate(known)})


def _wanted(sources: list[intake.Source], only: Sequence[str]) -> list[intake.Source]:
    unknown = set(only) - {source.id for source in sources}
    if unknown:
        raise records.GraderError(
            f"No submission has the id {', '.join(sorted(unknown))}.",
            what_to_do=f"Ids here: {', '.join(source.id for source in sources[:20])}.",
        )
    return [source for source in sources if not only or source.id in only]


def _say_what_is_done(tasks: Sequence[pipeline.Task], jobs: int) -> None:
    counted = Counter(task.setting.assignment.slug for task in tasks if task.setting)
    settings = {task.setting.assignment.slug: task.setting for task in tasks if task.setting}
    for slug, setting in settings.items():
        record, several = setting.assets.record, "s" * (counted[slug] > 1)
        console.print(
            f"Grading {counted[slug]} submission{several} of [bold]{setting.assignment.title}[/], "
            f"{jobs} at once, sandbox {setting.sandbox.name}, "
            f"measured on {record.kind} data ({record.scale}).",
            highlight=False,
        )
    refused = sum(task.refused is not None for task in tasks)
    if refused:
        console.print(f"Held and not run: {refused}.")
    lacks = dict.fromkeys(lack for each in settings.values() for lack in each.sandbox.lacks)
    if lacks:
        console.print(
            f"  Weaker than the strongest sandbox: {'; '.join(lacks)}. "
            "[bold]grader doctor[/] says what can be done.",
            style="yellow",
        )


def _stop(board: pipeline.Board, opened: contextlib.ExitStack) -> NoReturn:
    """After Ctrl-C: the sandboxes die with this process; waiting could take as long as a run.
    opened: what is closed first, other machines among it."""
    console.print(
        f"Interrupted with {len(board.done)} of {board.total} graded. "
        "What is finished is kept; the same command goes on from here."
    )
    console.file.flush()
    pipeline.write_summary(board.done)
    opened.close()
    os._exit(INTERRUPTED)


def _say_outcome(grades: list[records.Grade], out: Path) -> None:
    if not grades:
        return
    print_grades(grades)
    held = [grade for grade in grades if grade.held]
    if held:
        console.print(f"{len(held)} held for a person to look at; no number was given to them.")
    slugs = {grade.assignment for grade in grades}
    folder = out / slugs.pop() if len(slugs) == 1 else out
    paths = [folder / "batch.html", folder / "grades.csv"]
    if len(grades) == 1:
        attempts = records.attempts(folder / grades[0].submission.id)
        paths += [attempt / "report.html" for attempt in attempts]
    else:
        above = folder / "ASSIGNMENT" if slugs else folder
        paths.append(above / "SUBMISSION" / "ATTEMPT" / "report.html")
    for path in paths:
        if path.is_file() or "ATTEMPT" in path.parts:
            console.print(Text(f"  {path}"), soft_wrap=True)


def stage_seconds(attempts: Sequence[Path]) -> list[tuple[str, float, float]]:
    """(stage, mean seconds, most seconds) over the attempts, in the order of the flow.

    Then, of the run: its cells alone, its sandbox as a whole, its processor seconds."""
    seconds: dict[str, list[float]] = {}
    for attempt in attempts:
        record = records.load(attempt / "run.json", records.Run)
        if record is None:
            continue
        stages = dict(record.stages)
        if not record.reused_from:
            stages["· cells"] = sum(cell.seconds for cell in record.cells)
            stages["· sandbox"] = record.seconds
            stages["· processor"] = record.cpu_seconds
        for stage, taken in stages.items():
            seconds.setdefault(stage, []).append(taken)
    return [(stage, sum(taken) / len(taken), max(taken)) for stage, taken in seconds.items()]


def _profile_table(attempts: Sequence[Path]) -> Table:
    table = Table(title="Seconds by stage", title_justify="left", pad_edge=False)
    table.add_column("stage")
    for name in ("mean", "most"):
        table.add_column(name, justify="right")
    for stage, mean, most in stage_seconds(attempts):
        table.add_row(Text(stage), f"{mean:.2f}", f"{most:.2f}")
    return table
