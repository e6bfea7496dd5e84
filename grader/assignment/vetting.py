"""What TOML types cannot say: ids that exist, `needs` that point upwards, checks that fit."""

import ast
import hashlib
import inspect
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

from grader.assignment.data_tables import DataTable
from grader.assignment.data_vetting import DATA, MOVED
from grader.assignment.recipe_vetting import recipe_mistakes
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
FACE = "grader_inside.asking"
OLD_NAMES = {
    *("Left", "NOTHING", "as_before", "as_untrained", "ask_data", "cells_to_run_again", "hints_of"),
    *("holds_another_network", "is_model", "is_tensor", "probe_images", "run_again", "summary"),
    "unfinished",
}
"""What an `ask.py` imported from there before whole families could be asked in one call."""


def vet(
    contents: Contents,
    data: DataTable,
    checks: Mapping[str, Callable[..., Any]],
    toml: Path,
    module: Path,
) -> None:
    """Raise AssignmentError with all mistakes at once, each with file and key.

    checks: what `module`, the folder's `checks.py`, offers.
    """
    criteria = _criteria(contents, checks, module)
    of_recipe = recipe_mistakes(contents, data, checks)
    rows = (*_ids(contents), *criteria, *_misconceptions(contents), *of_recipe)
    mistakes = [f"{toml}: {mistake}" for mistake in rows]
    mistakes += [
        f"{toml}: run.modules: {name!r} is no file for students in {module.parent}"
        for name in contents.run.modules
        if name in NOT_SHOWN or not (module.parent / name).is_file()
    ]
    mistakes += [f"{module}, {mistake}" for mistake in _shown_here(contents, module)]
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
        check = checks.get(criterion.check)
        if check is None:
            yield f"{key}.check: {module.name} has no function {criterion.check!r}"
        else:
            yield from (f"{key}.{mistake}" for mistake in _asked(contents, criterion, check))
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


def _asked(contents: Contents, criterion: Criterion, check: Callable[..., Any]) -> Iterator[str]:
    """What is wrong with asking this check by this criterion."""
    name, arguments = criterion.check, criterion.arguments
    try:
        inspect.signature(check).bind(None, **arguments)
    except TypeError as problem:
        yield f"with: {name}() does not fit: {problem}"
    except ValueError:
        yield f"check: {name!r} is no check"
    else:
        yield from _arguments(contents, arguments, check)
    if criterion.points and getattr(check, "is_claim", False):
        yield f"points: {name} believes what the notebook says of itself, so it earns 0 points"
    known = {misconception.id for misconception in contents.misconceptions}
    for id_, given in getattr(check, "may_show", {}).items():
        if id_ not in known and (not given or arguments.get(given)):
            yield f"check: {name} may name the misconception {id_!r}, and there is no such table"


def _arguments(
    contents: Contents, arguments: Mapping[str, Any], check: Callable[..., Any]
) -> Iterator[str]:
    """Values that are not of the type that the check says, or that the assignment does not have."""
    try:
        types = get_type_hints(check, include_extras=True)
    except (NameError, TypeError, AttributeError):
        types = {}  # an author's own check may leave them out, or name what is not there
    for name, value in arguments.items():
        if mistake := _wrong_type(types.get(name, Any), value):
            yield f"with.{name}: {mistake}"
        elif name in ("function", "functions"):
            names = [value] if isinstance(value, str) else value
            for function in sorted(set(names) - _graded(contents)):
                yield f"with.{name}: no revision has a function {function!r}"


def _wrong_type(kind: Any, value: Any) -> str:
    """Why a value of the TOML is no value of that type; "" where it is one."""
    try:
        TypeAdapter(kind).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as problem:
        errors = problem.errors()  # one for each type that it might have been
        first = next((error for error in errors if error["type"] == "value_error"), errors[0])
        inner = "][".join(str(part) for part in first["loc"] if isinstance(part, int))
        where = f"[{inner}] " if inner else ""
        return where + first["msg"].removeprefix("Value error, ")
    except PydanticSchemaGenerationError:
        return ""
    return ""


def _graded(contents: Contents) -> set[str]:
    """The functions that a revision asks for, and those whose objects flat code keeps."""
    return {
        function
        for revision in contents.revisions
        for function in (*revision.functions, *revision.objects)
    }


def _shown_here(contents: Contents, module: Path) -> Iterator[str]:
    """Misconceptions that the folder's own checks name in so many words."""
    known = {misconception.id for misconception in contents.misconceptions}
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.keyword) and node.arg == "shows":
            words = (part for part in ast.walk(node.value) if isinstance(part, ast.Constant))
            for word in words:
                if isinstance(word.value, str) and word.value not in known:
                    yield (
                        f"line {word.lineno}: names the misconception {word.value!r}, and the TOML "
                        "has no such table"
                    )


def refuse_old_imports(source: str, path: Path) -> None:
    """AssignmentError for an `ask.py` that still imports our modules by their old, bare names, or
    by name what the families of questions do now."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module == FACE:
            for name in sorted(OLD_NAMES & {alias.name for alias in node.names}):
                raise AssignmentError(
                    f"{path}, line {node.lineno}: {FACE} has no {name!r} any more.",
                    what_to_do="Call ask_transfer(notebook, asked, out) or ask_plain(notebook, "
                    f"asked, out) from {FACE}; `asked` declares what they ask.",
                )
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in OLD_MODULES & {name.partition(".")[0] for name in names}:
            raise AssignmentError(
                f"{path}, line {getattr(node, 'lineno', 0)}: there is no module {name!r} any more.",
                what_to_do=f"Import it from {FACE}.",
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
