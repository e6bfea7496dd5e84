"""What has to be equal on all machines, and what a worker says of itself when it joins."""

import functools
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from grader.intake import is_installed, public_packages
from grader.pipeline.equal_code import programs
from grader.records import __version__, digest
from grader.sandbox import choose

PACKAGES = ("tensorflow", "keras", "tf-keras", "numpy")


@functools.lru_cache(maxsize=1)
def edition() -> dict[str, str]:
    """In words: what decides a run's outcome beside the sandbox, and differs between machines."""
    named = {
        "grader": __version__,
        "its programs": programs()[:12],
        "Python": platform.python_version(),
    }
    for name in PACKAGES:
        try:
            named[name] = version(name)
        except PackageNotFoundError:
            named[name] = "none"
    absent = sorted(name for name in public_packages() if not is_installed(name))
    return named | {"packages that are not installed": ", ".join(absent) or "none"}


@functools.lru_cache(maxsize=1)
def edition_sha256() -> str:
    return digest(edition())


def resource(sha256: str) -> str:
    """What a worker offers, a run each: Dask gives units of another edition to no worker."""
    return f"runs-{sha256[:12]}"


def differences(theirs: dict[str, str]) -> str:
    """What another machine has instead, in words; "" for an equal one."""
    ours = edition()
    return ", ".join(
        f"{name} {theirs.get(name, 'none')} instead of {ours.get(name, 'none')}"
        for name in {**ours, **theirs}
        if theirs.get(name) != ours.get(name)
    )


def about_itself(worker: object) -> dict[str, Any]:
    """What a worker says when it joins: plain values."""
    del worker
    tier = choose()
    return {"tier": tier.name, "lacks": list(tier.lacks), "edition": edition()}
