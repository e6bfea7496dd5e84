"""Can this machine grade? Each *no* comes with what to do about it."""

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from grader import sandbox
from grader.assignment import all_slugs, load_assignment
from grader.assignment.data import find_data
from grader.intake import is_installed, public_packages
from grader.records import GraderError, Record, SandboxError, left_behind, with_extra

NO_SANDBOX, OTHER = 3, 2
NEEDED_MEMORY_MB = 4000
NEEDED_DISK_MB = 2000
NEEDED_TEMPORARY_MB = 1000
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


def examine(*, tiers: bool = True, data: bool = True) -> list[Examined]:
    """Look at everything that grading needs. Changes nothing.
    tiers: try every kind of sandbox; else it is known that one works. data: those of assignments
    too, which a worker of a cluster gets from the client."""
    left = _left_behind()  # before a tier is tried: whatever makes a folder removes them
    available_mb = psutil.virtual_memory().available / 1e6
    return [
        *(_tiers() if tiers else ()),
        Examined(
            what="Python",
            ok=sys.version_info >= OLDEST_PYTHON,
            seen=sys.version.split()[0],
            what_to_do="install Python 3.11 or newer",
        ),
        _package("tensorflow", f"running and measuring need it: {with_extra('grade')}"),
        _package("tf-keras", f"notebooks written for Keras 2 need it: {with_extra('grade')}"),
        *bytecode(),
        *(_all_data() if data else ()),
        *_lacking(),
        Examined(
            what="free memory",
            ok=available_mb >= NEEDED_MEMORY_MB,
            seen=f"{available_mb / 1000:.1f} GB",
            what_to_do=f"close programs; a run needs about {NEEDED_MEMORY_MB / 1000:.0f} GB",
        ),
        _disk("free disk here", Path.cwd(), NEEDED_DISK_MB),
        _disk("free disk for temporary files", Path(tempfile.gettempdir()), NEEDED_TEMPORARY_MB),
        *left,
    ]


def _disk(what: str, folder: Path, needed_mb: float) -> Examined:
    free_mb = shutil.disk_usage(folder).free / 1e6
    return Examined(
        what=what,
        ok=free_mb >= needed_mb,
        seen=f"{free_mb / 1000:.1f} GB",
        what_to_do=f"make room in {folder}; at least {needed_mb / 1000:.0f} GB are wanted",
    )


def _left_behind() -> list[Examined]:
    """What graders that were killed left among the temporary files; nothing where there is none."""
    folders = left_behind()
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    amount = sum(path.lstat().st_blocks * 512 / path.lstat().st_nlink for path in files)
    seen = f"no: {len(folders)} temporary folders of killed graders, {amount / 1e6:.0f} MB"
    advice = "nothing: whatever the grader starts removes them"
    return [Examined(what="left behind", ok=True, seen=seen, what_to_do=advice)] if folders else []


def _tiers() -> Iterator[Examined]:
    tried = sandbox.survey()
    best = next((name for name, tier in tried.items() if not isinstance(tier, SandboxError)), "")
    for name, tier in tried.items():
        if isinstance(tier, SandboxError):
            seen, what_to_do = f"no: {tier.message}", tier.what_to_do
        else:
            seen = f"works; but {'; '.join(tier.lacks)}" if tier.lacks else "works"
            seen += " (used: the strongest that works here)" if name == best else ""
            what_to_do = sandbox.stronger(tier)
        yield Examined(
            what=f"{TIER} {name}",
            ok=bool(best),
            seen=seen,
            what_to_do=what_to_do,
            exit_status=NO_SANDBOX,
        )


def _package(name: str, advice: str) -> Examined:
    try:
        seen = version(name)
    except PackageNotFoundError:
        seen = "not installed"
    # find_spec, not import: TensorFlow's import takes seconds
    there = importlib.util.find_spec(name.replace("-", "_")) is not None
    return Examined(what=name, ok=there, seen=seen, what_to_do=advice)


def bytecode() -> list[Examined]:
    """Whether TensorFlow comes compiled; nothing where it is not installed. Some installers leave
    it out, and no sandbox can keep what it compiles."""
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


def _all_data() -> Iterator[Examined]:
    """Of every assignment; those of one are enough."""
    rows = [_data(slug) for slug in all_slugs()]
    for row in rows:
        lacks = {"ok": True, "seen": f"no: {row.seen}"}
        yield row if row.ok else row.model_copy(update=lacks)
    if not any(row.ok for row in rows):
        yield Examined(
            what="data",
            ok=False,
            seen="of no assignment yet",
            what_to_do="one of the commands above: the assignment that you grade is enough",
        )


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


def _lacking() -> Iterator[Examined]:
    """Packages that notebooks may import and that are not installed; nothing where all are."""
    packages: set[str] = set()
    for slug in all_slugs():
        with suppress(GraderError):  # said of its data
            packages.update(load_assignment(slug).packages)
    names = sorted(name for name in packages if not is_installed(name))
    if names:
        install = " ".join(public_packages().get(name, name) for name in names)
        advice = f"pip install {install}; grades that need them are held"
        seen = f"no: {', '.join(names)}"
        yield Examined(what="packages of notebooks", ok=True, seen=seen, what_to_do=advice)
