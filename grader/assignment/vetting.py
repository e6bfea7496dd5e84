"""What TOML types cannot say: ids that exist, `needs` that point upwards, checks that fit."""

from __future__ import annotations

import hashlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.assignment.tables import Contents, Criterion
from grader.records import AssignmentError

NOT_CONTENT = {"__pycache__", "hidden", "stand_in"}
"""Folders that do not decide a grade by themselves (images and weights are hashed as assets)."""
NOT_SHOWN = {"ask.py", "checks.py", "measure.py"}
"""Never beside a student's code."""


def vet(
    contents: Contents, checks: Mapping[str, Callable[..., Any]], toml: Path, module: Path
) -> None:
    """Raise AssignmentError with all mistakes at once, each with file and key."""
    mistakes = [f"{toml}: {mistake}" for mistake in _mistakes(contents)]
    for index, criterion in enumerate(contents.criteria):
        key = f"criteria[{index}] ({criterion.id})"
        mistakes += [f"{toml}: {key}.{what}" for what in _check_mistakes(criterion, checks, module)]
    mistakes += [
        f"{toml}: run.modules: {name!r} is no file for students in {module.parent}"
        for name in contents.run.modules
        if name in NOT_SHOWN or not (module.parent / name).is_file()
    ]
    if "ask_inputs" not in checks:
        mistakes.append(f"{module}: defines no function `ask_inputs(seed)`")
    if mistakes:
        raise AssignmentError("\n".join(mistakes) + ".")


def _mistakes(contents: Contents) -> Iterator[str]:
    for table in ("criteria", "objectives", "lessons", "misconceptions", "revisions"):
        yield from _repeated(table, (row.id for row in getattr(contents, table)))
    yield from _criteria(contents)
    ids = {criterion.id for criterion in contents.criteria}
    lessons = {lesson.id for lesson in contents.lessons}
    for index, named in enumerate(contents.misconceptions):
        key = f"misconceptions[{index}] ({named.id})"
        if named.lesson and named.lesson not in lessons:
            yield f"{key}.lesson: there is no lesson {named.lesson!r}"
        yield from (
            f"{key}.when: there is no criterion {one!r}" for one in named.when if one not in ids
        )


def _repeated(table: str, ids: Iterable[str]) -> Iterator[str]:
    for one, count in Counter(ids).items():
        if count > 1:
            yield f"{table}: the id {one!r} stands {count} times"


def _criteria(contents: Contents) -> Iterator[str]:
    objectives = {objective.id for objective in contents.objectives}
    lessons = {lesson.id for lesson in contents.lessons}
    above: set[str] = set()
    for index, criterion in enumerate(contents.criteria):
        key = f"criteria[{index}] ({criterion.id})"
        for need in criterion.needs:
            if need not in above:
                yield f"{key}.needs: {need!r} is no criterion above this one"
        if criterion.objective and criterion.objective not in objectives:
            yield f"{key}.objective: there is no objective {criterion.objective!r}"
        for lesson in criterion.lessons:
            if lesson not in lessons:
                yield f"{key}.lessons: there is no lesson {lesson!r}"
        above.add(criterion.id)
    if not sum(criterion.points for criterion in contents.criteria):
        yield "criteria: all points together are 0"


def _check_mistakes(
    criterion: Criterion, checks: Mapping[str, Callable[..., Any]], module: Path
) -> Iterator[str]:
    check = checks.get(criterion.check)
    if check is None:
        yield f"check: {module.name} has no function {criterion.check!r}"
        return
    try:
        inspect.signature(check).bind(None, **criterion.arguments)
    except TypeError as problem:
        yield f"with: {criterion.check}() does not fit: {problem}"
    except ValueError:
        yield f"check: {criterion.check!r} is no check"


def content_sha256(folder: Path, *, without: str = "") -> str:
    """Of all files that decide a grade, but for the one named. Raises OSError."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        decides = path.is_file() and relative.as_posix() != without
        if decides and not NOT_CONTENT & set(relative.parts):
            data = path.read_bytes()
            total.update(f"{relative.as_posix()} {len(data)}\n".encode())
            total.update(data)
    return total.hexdigest()
