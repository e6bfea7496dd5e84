"""What TOML types cannot say: ids that exist, `needs` that point upwards, checks and data that fit;
and that a folder of an earlier version is told what to change."""

import ast
import functools
import hashlib
import inspect
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

from grader.assignment.data_tables import DataTable
from grader.assignment.data_vetting import DATA, MOVED, repeated
from grader.assignment.tables import Contents, Criterion, Recipe
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
FAMILIES = ("ask_plain", "ask_transfer")
"""Of questions: what they read is vetted."""
NEEDED = {"images": {"images", "root"}, "arrays": {"file", "sets", "shape", "classes"}}
"""Kind of data → what is said of them."""
MEASURED = "needs_recipe"
"""Attribute of checks that look at what is measured."""
OF_A_SPLIT = ("delivers_split", "delivers_arrays")
TRAIN = "train"
CHANNELS = {(), (1,), (3,)}
"""What stands behind height and width of an image."""
Checks = Mapping[str, Callable[..., Any]]


def vet(contents: Contents, data: DataTable, checks: Checks, toml: Path, module: Path) -> None:
    """Raise AssignmentError with all mistakes at once, each with file and key.
    checks: what `module`, the folder's `checks.py`, offers."""
    rows = [*_ids(contents), *_misconceptions(contents)]
    rows += [*_criteria(contents, data, checks, module)]
    if contents.recipe:
        rows += [*_recipe(contents.recipe, data), *_threshold(contents.recipe, contents, checks)]
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


def vet_inputs(
    asked: Any, ask: str, contents: Contents, data: DataTable, toml: Path, module: Path
) -> None:
    """Raise AssignmentError for hidden inputs that do not fit the two TOMLs.

    asked: what `ask_inputs` of `module` gave. ask: the source of `ask.py`; where it calls none of
    our families of questions, the inputs are its own matter.
    """
    if not isinstance(asked, dict) or not any(family in ask for family in FAMILIES):
        return
    mistakes = [f"{module}, ask_inputs: {mistake}" for mistake in _inputs(asked, contents, data)]
    splits = _splits_asked(asked.get("data"))
    for index, criterion in enumerate(contents.criteria if splits else ()):
        split = criterion.arguments.get("split")
        if criterion.check in OF_A_SPLIT and split not in splits:
            mistakes.append(
                f"{toml}: criteria[{index}] ({criterion.id}).with.split: ask_inputs asks for "
                f"{' and '.join(splits)}, not for {split!r}"
            )
    if mistakes:
        raise AssignmentError("\n".join(mistakes) + ".")


def _inputs(asked: Mapping[str, Any], contents: Contents, data: DataTable) -> Iterator[str]:
    graded = _graded(contents)
    functions, seconds, rows = (asked.get(key) for key in ("functions", "seconds", "data"))
    if not isinstance(functions, dict) or not isinstance(seconds, dict):
        yield "expected tables `functions` and `seconds`, with a key for each part"
        return
    for part, names in functions.items():
        if not isinstance(names, list):
            yield f"functions.{part}: expected a list of names"
        elif not any(name in graded for name in names):
            yield f"functions.{part}: no revision has a function {' or '.join(map(repr, names))}"
    yield from (f"seconds.{part}: is missing" for part in functions if part not in seconds)
    yield from _given(asked.get("given", {}), functions, _splits_asked(rows))
    if "data" in functions:
        yield from _data_asked(rows if isinstance(rows, dict) else {}, contents, data)


def _given(given: Any, functions: Mapping[str, Any], splits: Sequence[str]) -> Iterator[str]:
    """What functions are handed comes from parts and splits that there are."""
    for part, values in given.items() if isinstance(given, dict) else ():
        if part not in functions:
            yield f"given.{part}: there is no such part in functions"
        for value in values:
            known = [*(("from", name) for name in functions), *(("split", name) for name in splits)]
            if isinstance(value, dict) and not any(item in known for item in value.items()):
                yield f"given.{part}: there is no part or split {value}"


def _data_asked(rows: Mapping[str, Any], contents: Contents, data: DataTable) -> Iterator[str]:
    kind = rows.get("kind", "images")
    if not rows.keys() >= NEEDED.get(kind, {""}):
        yield "data: expected `images` of painted_images() and `root`, or all of marked_arrays()"
    elif kind == "arrays":
        yield from _arrays(rows, contents, data)
    else:
        for split in sorted({*_splits_asked(rows)} - data.shown.keys()):
            yield f"data.images: {split!r} is painted, and {DATA} has no such split"


def _arrays(rows: Mapping[str, Any], contents: Contents, data: DataTable) -> Iterator[str]:
    """Of marked rows: they stand in for a file of the data, and look like it."""
    paths = data.student_paths()
    if rows["file"] not in paths:
        yield f"data.file: {rows['file']!r} is no file of {DATA}: {', '.join(paths) or 'none'}"
    if data.classes and rows["classes"] != len(data.classes):
        yield f"data.classes: {rows['classes']}, but {DATA} has {len(data.classes)}"
    shape = contents.recipe.input_shape if contents.recipe else None
    if shape and math.prod(shape) != math.prod(rows["shape"]):
        yield f"data.shape: {rows['shape']}, but recipe.input_shape is {list(shape)}"
    declared = {(split.inputs, split.labels) for split in data.shown.values()}
    for asked in rows["sets"]:
        if declared and (asked["inputs"], asked["labels"]) not in declared:
            named = f"{asked['inputs']!r} and {asked['labels']!r}"
            yield f"data.sets ({asked['split']}): no split of {DATA} has the arrays {named}"


def _splits_asked(data: Any) -> tuple[str, ...]:
    """Names by which criteria know the splits that are asked for; () where none are."""
    if not isinstance(data, dict):
        return ()
    if data.get("kind") == "arrays":
        return tuple(rows["split"] for rows in data["sets"])
    painted = (path.partition("/")[0] for path, *_ in data.get("images", ()))
    return tuple(dict.fromkeys(painted))


def refuse_moved(tables: Mapping[str, Any], path: Path) -> None:
    """AssignmentError for keys of an earlier `assignment.toml`, with what to write instead."""
    named = (tables.get("run"), tables.get("recipe"))
    run, recipe = (table if isinstance(table, dict) else {} for table in named)
    if "preprocessing" in recipe:
        raise AssignmentError(
            f"{path}: recipe.preprocessing is two numbers now, of value × scale + offset.",
            what_to_do="Pixels become −1…1 with scale = 0.00784313725490196 and offset = -1.0, 0…1 "
            "with scale = 0.00392156862745098, and stay as they are with neither.",
        )
    moved = [f"[run.{name}] as [{name}]" for name in MOVED if name in run]
    moved += ["`classes` of [recipe] as a line of its own"] if "classes" in recipe else []
    if moved:
        raise AssignmentError(
            f"{path}: what says which data there are stands in {DATA} now.",
            what_to_do=f"Move to {path.parent / DATA}: {', '.join(moved)}.",
        )


def _ids(contents: Contents) -> Iterator[str]:
    for table in ("criteria", "objectives", "lessons", "misconceptions", "revisions"):
        for name, count in repeated(row.id for row in getattr(contents, table)):
            yield f"{table}: the id {name!r} stands {count} times"


def _criteria(contents: Contents, data: DataTable, checks: Checks, module: Path) -> Iterator[str]:
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
            yield from (f"{key}.{mistake}" for mistake in _asked(contents, data, criterion, check))
        above.add(criterion.id)
    if not sum(criterion.points for criterion in contents.criteria):
        yield "criteria: all points together are 0"


def _recipe(recipe: Recipe, data: DataTable) -> Iterator[str]:
    shape, network = recipe.input_shape, data.network
    if data.hidden is None:
        yield f"recipe: nothing can be measured, {DATA} has no splits.hidden"
    elif data.hidden.images and (len(shape) < 2 or shape[2:] not in CHANNELS):  # noqa: PLR2004
        yield "recipe.input_shape: images are height, width and 1 or 3 channels"
    if recipe.strategy != "as_trained" and TRAIN not in data.shown:
        yield f"recipe.strategy: nothing to train on, {DATA} has no splits.{TRAIN}"
    if recipe.standardise and not (data.hidden and data.hidden.arrays and TRAIN in data.shown):
        yield f"recipe.standardise: is about arrays of splits.{TRAIN}, {DATA} has none"
    if recipe.strategy == "transfer" and network is None:
        yield f'recipe.strategy: "transfer" is about a pretrained network, {DATA} has none'
    elif recipe.strategy == "transfer" and network and network.input_shape != shape:
        named = f"network.input_shape of {DATA} is {list(network.input_shape)}"
        yield f"recipe.input_shape: {list(shape)}, but {named}"


def _threshold(recipe: Recipe, contents: Contents, checks: Checks) -> Iterator[str]:
    """Further trainings are made where the interval straddles the recipe's threshold: it has to be
    one that some criterion asks for."""
    asking = [row for row in contents.criteria if getattr(checks.get(row.check), MEASURED, False)]
    asked = {row.arguments.get("threshold", recipe.threshold) for row in asking}
    if asked and recipe.threshold not in asked:
        named = ", ".join(row.id for row in asking)
        yield f"recipe.threshold: {recipe.threshold:g}, and {named} asks for {max(asked):g}"


def _misconceptions(contents: Contents) -> Iterator[str]:
    criteria = {criterion.id for criterion in contents.criteria}
    lessons = {lesson.id for lesson in contents.lessons}
    for index, named in enumerate(contents.misconceptions):
        key = f"misconceptions[{index}] ({named.id})"
        if named.lesson and named.lesson not in lessons:
            yield f"{key}.lesson: there is no lesson {named.lesson!r}"
        for name in sorted(named.when.keys() - criteria):
            yield f"{key}.when: there is no criterion {name!r}"


def _asked(
    contents: Contents, data: DataTable, criterion: Criterion, check: Callable[..., Any]
) -> Iterator[str]:
    name, arguments = criterion.check, criterion.arguments
    try:
        inspect.signature(check).bind(None, **arguments)
    except TypeError as problem:
        yield f"with: {name}() does not fit: {problem}"
    except ValueError:
        yield f"check: {name!r} is no check"
    else:
        yield from _arguments(contents, data, arguments, check)
    if not contents.recipe and getattr(check, MEASURED, False):
        yield f"check: {name} asks for what is measured, and there is no [recipe]"
    if criterion.points and getattr(check, "is_claim", False):
        yield f"points: {name} believes what the notebook says of itself, so it earns 0 points"
    known = {misconception.id for misconception in contents.misconceptions}
    for id_, given in getattr(check, "may_show", {}).items():
        if id_ not in known and (not given or arguments.get(given)):
            yield f"check: {name} may name the misconception {id_!r}, and there is no such table"


def _arguments(
    contents: Contents, data: DataTable, arguments: Mapping[str, Any], check: Callable[..., Any]
) -> Iterator[str]:
    """Values that are not of the type that the check says, or that the assignment does not have."""
    graded, classes = _graded(contents), len(data.classes)
    for name, value in arguments.items():
        if mistake := _wrong_type(check, name, value):
            yield f"with.{name}: {mistake}"
        elif name in ("function", "functions"):
            names = [value] if isinstance(value, str) else value
            for function in sorted(set(names) - graded):
                yield f"with.{name}: no revision has a function {function!r}"
        elif name == "classes" and type(value) is int and classes and value != classes:
            yield f"with.classes: {value}, but the data have {classes} classes"


def _graded(contents: Contents) -> set[str]:
    """Names of what is graded, in one revision or another."""
    return {name for known in contents.revisions for name in (*known.functions, *known.objects)}


@functools.lru_cache(maxsize=512)
def _adapter(check: Callable[..., Any], name: str) -> TypeAdapter[Any]:
    """What takes that argument of a check; dear to make, and many criteria share it."""
    try:
        types = get_type_hints(check, include_extras=True)
    except (NameError, TypeError, AttributeError):
        types = {}  # an author's own check may leave them out, or name what is not there
    return TypeAdapter(types.get(name, Any))


def _wrong_type(check: Callable[..., Any], name: str, value: Any) -> str:
    """Why a value of the TOML is no value for that argument; "" where it is one."""
    try:
        _adapter(check, name).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as problem:
        errors = problem.errors()  # one for each type that it might have been
        first = next((error for error in errors if error["type"] == "value_error"), errors[0])
        inner = "][".join(str(part) for part in first["loc"] if isinstance(part, int))
        where = f"[{inner}] " if inner else ""
        return where + first["msg"].removeprefix("Value error, ")
    except PydanticSchemaGenerationError:
        pass
    return ""


def _shown_here(contents: Contents, module: Path) -> Iterator[str]:
    """Misconceptions that the folder's own checks name in so many words."""
    known = {misconception.id for misconception in contents.misconceptions}
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.keyword) and node.arg in ("shows", "besides"):
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
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = {alias.name for alias in node.names}
        module = node.module if isinstance(node, ast.ImportFrom) else None
        if module == FACE:
            gone, has_no = OLD_NAMES & names, f"{FACE} has no"
            what_to_do = (
                "Call ask_transfer(notebook, asked, out) or ask_plain(notebook, asked, out) from "
                f"{FACE}; `asked` declares what they ask."
            )
        else:
            tops = {name.partition(".")[0] for name in ({module} if module else names)}
            gone, has_no = OLD_MODULES & tops, "there is no module"
            what_to_do = f"Import it from {FACE}."
        for name in sorted(gone):
            raise AssignmentError(
                f"{path}, line {node.lineno}: {has_no} {name!r} any more.", what_to_do=what_to_do
            )


def content_sha256(folder: Path) -> str:
    """Of all files that decide a grade. Raises OSError."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not NOT_CONTENT & set(relative.parts):
            data = path.read_bytes()
            total.update(f"{relative.as_posix()} {len(data)}\n".encode())
            total.update(data)
    return total.hexdigest()
