"""Can this machine grade? Each *no* comes with what to do about it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from rich.table import Table

from grader import sandbox
from grader.assignment.data import find_data
from grader.records import AssetError, Record

GOOD, NO_SANDBOX, OTHER = 0, 3, 2
NEEDED_MEMORY_MB = 4000
NEEDED_DISK_MB = 2000
OLDEST_PYTHON = (3, 11)
TIER = "sandbox tier"


class Examined(Record):
    """One line of the table."""

    what: str
    ok: bool
    seen: str
    what_to_do: str = ""
    exit_status: int = OTHER


def examine() -> list[Examined]:
    """Look at everything that grading needs. Changes nothing."""
    return [
        *_tiers(),
        _python(),
        _package("tensorflow", "measuring and running need it: pip install tensorflow"),
        _package("tf-keras", "notebooks written for Keras 2 need it: pip install tf-keras"),
        *_bytecode(),
        _assets(),
        _memory(),
        _disk(),
    ]


def _tiers() -> list[Examined]:
    reports = sandbox.survey()
    real = [report for report in reports if report.name in ("warm", "bubblewrap", "landlock")]
    best = next((report.name for report in real if report.works), "")
    return [
        Examined(
            what=f"{TIER} {report.name}",
            ok=report.works or bool(best),
            seen=(report.why if report.works else f"no: {report.why}")
            + (" (used: the strongest that works here)" if report.name == best else ""),
            what_to_do=report.what_to_do,
            exit_status=NO_SANDBOX,
        )
        for report in real
    ]


def _python() -> Examined:
    return Examined(
        what="Python",
        ok=sys.version_info >= OLDEST_PYTHON,
        seen=sys.version.split()[0],
        what_to_do="install Python 3.11 or newer",
    )


def _package(name: str, advice: str) -> Examined:
    module = name.replace("-", "_")
    try:
        seen = version(name)
    except PackageNotFoundError:
        seen = "not installed"
    # find_spec, not import: TensorFlow's import takes seconds
    return Examined(
        what=name,
        ok=importlib.util.find_spec(module) is not None,
        seen=seen,
        what_to_do=advice,
    )


def _bytecode() -> list[Examined]:
    """A line where TensorFlow has none, as some installers leave it: no sandbox can keep any."""
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return []
    if Path(importlib.util.cache_from_source(spec.origin)).exists():
        return []
    command = f"python -m compileall -q {Path(spec.origin).parents[1]}"
    seen = f"none of TensorFlow, so every fresh start takes 3 s longer; make it: {command}"
    return [Examined(what="bytecode", ok=True, seen=seen)]


def _assets() -> Examined:
    try:
        store = find_data()
    except AssetError as problem:
        return Examined(
            what="data and weights", ok=False, seen=problem.message, what_to_do=problem.what_to_do
        )
    return Examined(
        what="data and weights",
        ok=True,
        seen=f"{store.record.kind}, {store.record.scale}; hidden images: {store.hidden_kind}",
    )


def _memory() -> Examined:
    available = psutil.virtual_memory().available / 1e6
    return Examined(
        what="free memory",
        ok=available >= NEEDED_MEMORY_MB,
        seen=f"{available / 1000:.1f} GB",
        what_to_do=f"close programs; a run needs about {NEEDED_MEMORY_MB / 1000:.0f} GB",
    )


def _disk() -> Examined:
    free = shutil.disk_usage(Path.cwd()).free / 1e6
    return Examined(
        what="free disk here",
        ok=free >= NEEDED_DISK_MB,
        seen=f"{free / 1000:.1f} GB",
        what_to_do=f"make room; at least {NEEDED_DISK_MB / 1000:.0f} GB are wanted",
    )


def table(findings: list[Examined]) -> Table:
    """The findings as a table."""
    made = Table(title="Can this machine grade?", title_justify="left")
    for column in ("", "what", "seen", "what to do"):
        made.add_column(column, overflow="fold")
    for finding in findings:
        another_does = finding.ok and finding.seen.startswith("no:")
        a_tier = finding.what.startswith(TIER)  # even one that works can be made stronger
        made.add_row(
            "[yellow]no[/]" if another_does else "[green]yes[/]" if finding.ok else "[red]no[/]",
            finding.what,
            finding.seen,
            finding.what_to_do if a_tier or not finding.ok else "",
        )
    return made
