"""What TOML types cannot say: ids that exist, `needs` that point upwards, checks that fit."""

import ast
import hashlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.assignment.data_vetting import DATA, MOVED
from grader.assignment.tables import Contents, Criterion
from grader.records import AssignmentError

NOT_CONTENT = {"__pycache__", "hidden", "stand_in"}
"""Folders that do not decide a grade by themselves (images and weights are hashed as assets)."""
NOT_SHOWN = {"ask.py", "checks.py", "measure.py"}
"""Never beside a student's code."""
OLD_MODULES = {
    *("answering", "asking", "asking_data", "auditing", "building", "calling", "carrying"),
    *("declared", "delivery", "describe", "downloads", "export", "export_compile", "features"),
    *("export_settings", "export_variables", "export_walk", "first", "flat", "freezing", "history"),
    *("keras2", "looking", "measuring", "onimport", "own_training", "painting", "places", "probe"),
    *("quicker", "rebuild", "seeds", "shells", "shorten", "standin_programs", "threadpools"),
    *("train", "wide"),
}
"""What stood beside `ask.py` in the sandbox before it was one package."""


def vet(
    contents: Contents, checks: Mapping[str, Callable[..., Any]], toml: Path, module: Path
) -> None:
    """Raise AssignmentError with all mistakes at once, each with file and key.

    checks: what `module`, the folder's `checks.py`, offers.
    """
    criteria = _criteria(contents, checks, module)
    rows = (*_ids(contents), *criteria, *_misconceptions(contents))
    mistakes = [f"{toml}: {mistake}" for mistake in rows]
    mistakes += [
        f"{toml}: run.modules: {name!r} is no file for students in {module.parent}"
        for name in contents.run.modules
        if name in NOT_SHOWN or not (module.parent / name).is_file()
    ]
    if "ask_inputs" not in checks:
        mistakes.append(f"{module}: defines no function `ask_inputs(seed)`")
    if mistakes:
        raise AssignmentError("\n".join(mistakes) + ".")


def refuse_moved(tables: Mapping[str, Any], path: Path) -> None:
    """AssignmentError for keys of an earlier `assignment.toml` that now stand in `data.toml`."""
    run, recipe = tables.get("run", {}), tables.get("recipe", {})
    moved = [f"[run.{name}] as [{name}]" for name in MOVED if name in run]
    moved += ["`classes` of [recipe] as a line of its own"] if "classes" in recipe else []
    if moved:
        raise AssignmentError(
            f"{path}: what says which data there are stands in {DATA} now.",
            what_to_do=f"Move to {path.parent / DATA}: {', '.join(moved)}.",
        )


def _ids(contents: Contents) -> Iterator[str]:
    for table in ("criteria", "objectives", "lessons", "misconceptions", "revisions"):
        for name, count in Counter(row.id for row in getattr(contents, table)).items():
            if count > 1:
                yield f"{table}: the id {name!r} stands {count} times"


def _criteria(
    contents: Contents, checks: Mapping[str, Callable[..., Any]], module: Path
) -> Iterator[str]:
    objectives = {objective.id for objective in contents.objectives}
    lessons = {lesson.id for lesson in contents.lessons}
    above: set[str] = set()
    for index, criterion in enumerate(contents.criteria):
        key = f"criteria[{index}] ({criterion.id})"
        for need in sorted(set(criterion.needs) - above):
            yield f"{key}.needs: {need!r} is no criterion above this one"
        if criterion.objective and criterion.objective not in objectives:
            yield f"{key}.objective: there is no objective {criterion.objective!r}"
        for lesson in sorted(set(criterion.lessons) - lessons):
            yield f"{key}.lessons: there is no lesson {lesson!r}"
        if mistake := _check_mistake(criterion, checks, module):
            yield f"{key}.{mistake}"
        above.add(criterion.id)
    if not sum(criterion.points for criterion in contents.criteria):
        yield "criteria: all points together are 0"


def _misconceptions(contents: Contents) -> Iterator[str]:
    criteria = {criterion.id for criterion in contents.criteria}
    lessons = {lesson.id for lesson in contents.lessons}
    for index, named in enumerate(contents.misconceptions):
        key = f"misconceptions[{index}] ({named.id})"
        if named.lesson and named.lesson not in lessons:
            yield f"{key}.lesson: there is no lesson {named.lesson!r}"
        for name in sorted(named.when.keys() - criteria):
            yield f"{key}.when: there is no criterion {name!r}"


def _check_mistake(
    criterion: Criterion, checks: Mapping[str, Callable[..., Any]], module: Path
) -> str:
    check = checks.get(criterion.check)
    if check is None:
        return f"check: {module.name} has no function {criterion.check!r}"
    try:
        inspect.signature(check).bind(None, **criterion.arguments)
    except TypeError as problem:
        return f"with: {criterion.check}() does not fit: {problem}"
    except ValueError:
        return f"check: {criterion.check!r} is no check"
    return ""


def refuse_old_imports(source: str, path: Path) -> None:
    """AssignmentError for an `ask.py` that still imports our modules by their old, bare names."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in OLD_MODULES & {name.partition(".")[0] for name in names}:
            raise AssignmentError(
                f"{path}, line {getattr(node, 'lineno', 0)}: there is no module {name!r} any more.",
                what_to_do="Import it from grader_inside.asking.",
            )


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
