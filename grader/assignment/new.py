"""A new assignment: a folder that loads and grades, to be changed step by step; or another's copy.

It is laid out as the repository is: `assignments/<slug>/` for the grader, `reference/<slug>/` with
solution and labelled cases for the instructor, and beside that the program that makes all these
notebooks from one source.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from grader.assignment.folder import load_assignment
from grader.records import AssignmentError

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
TEMPLATE = "new"
OF_REFERENCE = ("source_*.py", "cases_*.toml")
MAKES_NOTEBOOKS = "make_cases.py"
PROGRAMS = (MAKES_NOTEBOOKS, "notebooks.py", "rewriting.py")
"""Of all references: the first writes notebooks and cases."""
SHARED = "stand_in"
"""Beside assignments: what the programs of several make their data with."""
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def new_assignment(slug: str, into: Path) -> tuple[Path, Path]:
    """Write a small one that is complete: (its folder, that of its solution and cases). Raises
    AssignmentError for a name that is no slug, or one that is taken."""
    folder, reference = _free(slug, into)
    template = _kept("templates") / TEMPLATE
    for path in sorted(template.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            of_reference = any(path.match(pattern) for pattern in OF_REFERENCE)
            target = (reference if of_reference else folder) / path.relative_to(template)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8").replace("@@{slug}", slug)
            title = slug.replace("-", " ").capitalize()
            target.write_text(text.replace("@@{title}", title), encoding="utf-8")
    _make_notebooks(reference)
    load_assignment(folder)
    return folder, reference


def copy_assignment(slug: str, like: str | Path, into: Path) -> tuple[Path, Path]:
    """Copy another one under this name: (its folder, that of its solution and cases, which is empty
    where the other has none). Raises AssignmentError as `new_assignment` does."""
    original = load_assignment(like)
    folder, reference = _free(slug, into)
    shutil.copytree(original.folder, folder, ignore=NOT_COPIED)
    shared = original.folder.parent / SHARED
    if shared.is_dir() and not (folder.parent / SHARED).exists():
        shutil.copytree(shared, folder.parent / SHARED, ignore=NOT_COPIED)
    reference.mkdir(parents=True)
    if original.reference.is_dir():
        shutil.copytree(original.reference, reference, ignore=NOT_COPIED, dirs_exist_ok=True)
        _bring_programs(reference.parent)
    load_assignment(folder)
    return folder, reference


def _free(slug: str, into: Path) -> tuple[Path, Path]:
    if not SLUG.fullmatch(slug):
        raise AssignmentError(
            f"{slug!r} cannot name an assignment.",
            what_to_do="Take small letters, digits and hyphens, as in my-first-network.",
        )
    folder, reference = into / "assignments" / slug, into / "reference" / slug
    for path in (folder, reference):
        if path.exists():
            raise AssignmentError(
                f"{path} is there already.", what_to_do="Choose another name, or remove it first."
            )
    return folder, reference


def _make_notebooks(reference: Path) -> None:
    """Release notebook, solution, template, cases: all from the source and the tables of cases."""
    _bring_programs(reference.parent)
    words = [sys.executable, MAKES_NOTEBOOKS, reference.name]
    done = subprocess.run(  # noqa: S603 - our own program, on what we just wrote
        words, cwd=reference.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssignmentError(f"{reference}: the notebooks were not made: {done.stderr[-300:]}")


def _bring_programs(folder: Path) -> None:
    for name in PROGRAMS:
        if not (folder / name).exists():
            shutil.copyfile(_kept("reference") / name, folder / name)


def _kept(name: str) -> Path:
    """A folder of the repository: in the wheel beside the rooms, else in the checkout."""
    package = Path(__file__).parents[1]
    packed = package / f"_{name}"
    return packed if packed.is_dir() else package.parent / name
