"""Can this machine grade? Each *no* comes with what to do about it."""

import importlib.util
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from grader import sandbox
from grader.assignment import all_slugs, load_assignment
from grader.assignment.data import find_data
from grader.records import GraderError, Record, left_behind

NO_SANDBOX, OTHER = 3, 2
NEEDED_MEMORY_MB = 4000
NEEDED_DISK_MB = 2000
OLDEST_PYTHON = (3, 11)
TIER = "sandbox tier"


class Examined(Record):
    """One line of the table."""

    what: str
    ok: bool
    """Whether grading can do with it as it is."""
    seen: str
    """Begins with "no:" where it lacks, and grading can do without."""
    what_to_do: str = ""
    exit_status: int = OTHER


def examine() -> list[Examined]:
    """Look at everything that grading needs. Changes nothing."""
    available_mb = psutil.virtual_memory().available / 1e6
    free_mb = shutil.disk_usage(Path.cwd()).free / 1e6
    return [
        *_tiers(),
        Examined(
            what="Python",
            ok=sys.version_info >= OLDEST_PYTHON,
            seen=sys.version.split()[0],
            what_to_do="install Python 3.11 or newer",
        ),
        _package("tensorflow", "measuring and running need it: pip install tensorflow"),
        _package("tf-keras", "notebooks written for Keras 2 need it: pip install tf-keras"),
        *bytecode(),
        *(_data(slug) for slug in all_slugs()),
        Examined(
            what="free memory",
            ok=available_mb >= NEEDED_MEMORY_MB,
            seen=f"{available_mb / 1000:.1f} GB",
            what_to_do=f"close programs; a run needs about {NEEDED_MEMORY_MB / 1000:.0f} GB",
        ),
        Examined(
            what="free disk here",
            ok=free_mb >= NEEDED_DISK_MB,
            seen=f"{free_mb / 1000:.1f} GB",
            what_to_do=f"make room; at least {NEEDED_DISK_MB / 1000:.0f} GB are wanted",
        ),
        *_left_behind(),
    ]


def _left_behind() -> list[Examined]:
    """What graders that were killed left among the temporary files; nothing where there is none."""
    folders = left_behind()
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    amount = sum(path.lstat().st_blocks * 512 / path.lstat().st_nlink for path in files)
    seen = f"no: {len(folders)} temporary folders of killed graders, {amount / 1e6:.0f} MB"
    advice = "nothing: the next run removes them"
    return [Examined(what="left behind", ok=True, seen=seen, what_to_do=advice)] if folders else []


def _tiers() -> list[Examined]:
    reports = sandbox.survey()
    best = next((report.name for report in reports if report.works), "")
    return [
        Examined(
            what=f"{TIER} {report.name}",
            ok=report.works or bool(best),
            seen=(report.why if report.works else f"no: {report.why}")
            + (" (used: the strongest that works here)" if report.name == best else ""),
            what_to_do=report.what_to_do,
            exit_status=NO_SANDBOX,
        )
        for report in reports
    ]


def _package(name: str, advice: str) -> Examined:
    try:
        seen = version(name)
    except PackageNotFoundError:
        seen = "not installed"
    # find_spec, not import: TensorFlow's import takes seconds
    there = importlib.util.find_spec(name.replace("-", "_")) is not None
    return Examined(what=name, ok=there, seen=seen, what_to_do=advice)


def bytecode() -> list[Examined]:
    """Whether TensorFlow comes compiled; nothing where it is not installed.

    Some installers leave it out, and no sandbox can keep what it compiles.
    """
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return []
    kept = Path(importlib.util.cache_from_source(spec.origin)).is_file()
    packages = Path(spec.origin).parents[1]
    return [
        Examined(
            what="compiled modules",
            ok=True,
            seen="there" if kept else "no: each cold start compiles TensorFlow anew, about 3 s",
            what_to_do=f"{sys.executable} -m compileall -q {packages}",
        )
    ]


def _data(slug: str) -> Examined:
    what = f"data of {slug}"
    try:
        store = find_data(load_assignment(slug))
    except GraderError as problem:
        return Examined(what=what, ok=False, seen=problem.message, what_to_do=problem.what_to_do)
    return Examined(
        what=what,
        ok=True,
        seen=f"{store.record.kind}, {store.record.scale}; hidden inputs: {store.hidden_kind}",
    )
