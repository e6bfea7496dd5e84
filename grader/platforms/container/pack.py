"""What an instructor uploads to a platform: made from small templates in `packs/`.

A template says `@@{slug}` where a value goes; `$` is left to the shell. Nothing is downloaded
here: the platform's own build installs from the lock file's hashes, or from `wheelhouse/`.
"""

import json
import math
import shutil
import string
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from grader.assignment import Assignment
from grader.platforms.registry import find_container
from grader.records import PlatformError, write_zip

PACKS = Path(__file__).parent / "packs"
EXECUTABLE = {"setup.sh", "run_autograder", "entrypoint.sh"}
NAME_IT = "Name it with --wheel, --lock or --wheelhouse; the project has it or makes it."
WHEELHOUSE, HOME = "wheelhouse", "home"
"""Folders that a build takes packages and data from, instead of from a network."""
NOT_PACKED = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
NAMESPACE = uuid.UUID("6f7d0c52-51c8-4f43-9f0e-0a4e1c6f2a10")


class Marked(string.Template):
    """Placeholders that no shell, Dockerfile or workflow uses."""

    delimiter = "@@"


def pack_container(
    platform: str,
    assignment: Assignment,
    out: Path,
    *,
    wheel: Path,
    lock: Path,
    timeout_s: int | None = None,
    assets: str = "make --scale full",
    extra: Mapping[str, Path] = {},
) -> Path:
    """Write the platform's files below `out`; returns what to upload (a zip or a folder).

    `assets`: the words after `grader assets` in the build. `extra`: folders to put in beside the
    rest, by their names there: packages as `wheelhouse`, data below `home/assets`. Raises
    PlatformError for what does not fit.
    """
    values = _values(platform, assignment, timeout_s, assets)
    for path in (wheel, lock, *extra.values()):
        if not path.exists():
            raise PlatformError(f"{path.name} does not exist.", what_to_do=NAME_IT)
    folder = out / f"{platform}-{assignment.slug}"
    shutil.rmtree(folder, ignore_errors=True)
    place = folder / ".github" / "grader" if platform == "github" else folder
    place.mkdir(parents=True)
    target = folder / ".github" / "workflows" if platform == "github" else folder
    target.mkdir(exist_ok=True)
    for template in sorted((PACKS / platform).iterdir()):
        path = target / template.name
        path.write_text(Marked(template.read_text()).substitute(values), encoding="utf-8")
        if path.name in EXECUTABLE:
            path.chmod(0o755)
    shutil.copyfile(wheel, place / wheel.name)
    shutil.copyfile(lock, place / "requirements.lock")
    ignored = shutil.ignore_patterns(*NOT_PACKED)
    shutil.copytree(assignment.folder, place / "assignments" / assignment.slug, ignore=ignored)
    for name, path in extra.items():
        shutil.copytree(path, place / name, ignore=ignored)
    if platform not in ("gradescope", "coursera"):
        return folder
    # The files themselves, not their folder; scripts stay executable.
    packed = folder.with_suffix(".zip")
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = ((path.relative_to(folder).as_posix(), path) for path in files)
    write_zip(packed, names, executable=EXECUTABLE)
    return packed


def build_wheel(source: Path, out: Path) -> Path:
    """This project as a wheel, built from its own folder. Raises PlatformError when that fails."""
    if not (source / "pyproject.toml").is_file():
        raise PlatformError(
            "The grader's own wheel goes into it, and there is no checkout to build it from.",
            what_to_do="pip download --no-deps notebook-grader, then name the file with --wheel.",
        )
    done = subprocess.run(  # noqa: S603  (our own interpreter and words)
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out.resolve())],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = sorted(out.glob("notebook_grader-*.whl"))
    if done.returncode or not wheels:
        raise PlatformError(
            f"The wheel could not be built: {done.stderr.strip()[-300:]}",
            what_to_do="It needs the development packages of the checkout: make setup.",
        )
    return wheels[-1]


def _values(
    platform: str, assignment: Assignment, timeout_s: int | None, assets: str
) -> Mapping[str, str]:
    container = find_container(platform)
    limit = container.pack_s if timeout_s is None else timeout_s
    shortest, longest = container.allowed_s
    if not shortest <= limit <= longest:
        raise PlatformError(f"{platform} allows {shortest} to {longest} seconds, not {limit}.")
    if not set(assets) <= set(string.ascii_letters + string.digits + " -_./="):
        raise PlatformError(f"{assets!r} cannot follow `grader assets`.")
    return {
        "slug": assignment.slug,
        "title": json.dumps(assignment.title)[1:-1],
        "timeout_s": str(limit),
        "timeout_minutes": str(math.ceil(limit / 60)),
        "assets": assets,
        "criteria": "\n".join(f"    {json.dumps(c.id)}," for c in assignment.criteria),
        "uuid": str(uuid.uuid5(NAMESPACE, assignment.slug)),
    }
