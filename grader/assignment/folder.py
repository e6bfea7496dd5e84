"""`assignments/<slug>/` → Assignment. Every mistake in the folder is named with file and key.

The folder holds `assignment.toml` (title, limits, criteria, texts), `data.toml` (which data there
are; an assignment without any has no such file), `checks.py` (logic: the checks, and
`ask_inputs(seed)`, which makes the hidden inputs) and `ask.py` (what is asked of the student's
functions; it runs inside the sandbox and is here only text).
"""

import hashlib
import json
import re
import sys
import tomllib
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Self, TypeVar

from pydantic import ConfigDict, ValidationError

from grader.assignment.data_tables import DataTable
from grader.assignment.data_vetting import DATA, vet_data
from grader.assignment.tables import (
    Conditions,
    Contents,
    Keras,
    Lesson,
    Revision,
    Rubric,
)
from grader.assignment.vetting import (
    content_sha256,
    refuse_moved,
    refuse_old_imports,
    vet,
    vet_inputs,
)
from grader.records import AssignmentError, Finding, Limits, Record

TOML, CHECKS, ASK = "assignment.toml", "checks.py", "ask.py"
SAMPLE_CLASS = "sample_class.txt"
INSIDE = "inside"
"""Folder of what only notebooks of this assignment import: it goes into the sandbox."""
Check = Callable[..., Finding]
R = TypeVar("R", bound=Record)


class Assignment(Rubric, Conditions):
    """A loaded assignment: title, limits, criteria, what to ask, how to judge."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    slug: str
    folder: Path
    sha256: str
    """Of the folder's content: equal hashes judge alike."""
    data: DataTable = DataTable()
    training_limits: Limits
    measure_limits: Limits
    lessons: dict[str, Lesson]
    importable: dict[str, str] = {}
    """What notebooks may import of this folder: `modules`, and what lies in `inside/`, by its path
    there → source."""
    ask_source: str
    checks: dict[str, Check]
    """Check name → function, all that `checks.py` offers."""

    @property
    def max_points(self) -> float:
        return round(sum(criterion.points for criterion in self.criteria), 4)

    @property
    def reference(self) -> Path:
        """Solutions and labelled cases; the folder need not be there. They are the instructor's:
        no bundle and no sandbox has them. Those of the wheel's own assignments lie in the package,
        which no sandbox shows."""
        name = "_reference" if self.folder.parent.name == "_assignments" else "reference"
        return self.folder.parent.parent / name / self.slug

    @property
    def sample_class(self) -> tuple[Path, ...]:
        """The notebooks that `grader demo` grades; none where no `sample_class.txt` names them."""
        listed = self.reference / SAMPLE_CLASS
        lines = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else ()
        return tuple(self.reference / line for line in lines if not line.startswith("#"))

    @property
    def functions(self) -> tuple[str, ...]:
        """The graded functions of all revisions, without repetition: also those that no revision
        has, because flat code keeps what they would return."""
        defined = [name for revision in self.revisions for name in revision.functions]
        kept = [name for revision in self.revisions for name in revision.objects]
        return tuple(dict.fromkeys([*defined, *kept]))

    @property
    def objects(self) -> dict[str, list[str]]:
        """Graded function → names of what flat code keeps in its place, in any revision."""
        objects: dict[str, dict[str, None]] = {}
        for revision in self.revisions:
            for function, names in revision.objects.items():
                objects.setdefault(function, {}).update(dict.fromkeys(names))
        return {function: list(names) for function, names in objects.items()}

    def really_trained(self) -> Self:
        """The same with the limits for notebooks whose own training really runs."""
        return self.model_copy(update={"limits": self.training_limits})

    def ask_inputs(self, seed: int) -> Any:
        """Hidden inputs for `ask.py`: plain JSON, the same for the same seed. What the TOMLs
        declare is added: the network, names of objects in flat code, where images lie."""
        module = self.folder / CHECKS
        try:
            asked = self.checks["ask_inputs"](seed)
        except Exception as problem:
            what = _with_line(problem, module)
            raise AssignmentError(f"{module}: ask_inputs({seed}) raised {what}.") from problem
        if self.objects and isinstance(asked, dict):
            asked = {**asked, "objects": self.objects}
        if self.data.network is not None and isinstance(asked, dict):
            asked = {"network": self.data.network.model_dump(by_alias=True), **asked}
        images = asked.get("data") if isinstance(asked, dict) else None
        if isinstance(images, dict) and "images" in images:
            asked = {**asked, "data": images | self.data.where_images_lie()}
        try:
            return json.loads(json.dumps(asked, allow_nan=False))
        except (TypeError, ValueError) as problem:
            raise AssignmentError(
                f"{module}: ask_inputs({seed}) is no plain JSON: {problem}."
            ) from problem

    def keras_of(self, revision: str) -> Keras:
        return {known.id: known.keras for known in self.revisions}.get(revision, "3")

    def recognise(self, functions: tuple[str, ...], sources: tuple[str, ...]) -> str:
        """Id of the revision that this code was written for, or "unknown". Graded functions weigh
        more than signs; the later revision wins a draw."""
        text = "\n".join(sources)

        def likeness(revision: Revision) -> tuple[int, int]:
            named = len(set(functions) & set(revision.functions))
            return named, sum(sign in text for sign in revision.signs)

        best = max(reversed(self.revisions), key=likeness)
        return best.id if any(likeness(best)) else "unknown"


def assignment_dirs() -> tuple[Path, ...]:
    """Where assignments are looked for: the work folder's, the repository's, the wheel's own. The
    first counts: a copy that was changed stands in for what it is a copy of."""
    package = Path(__file__).parents[1]
    folders = (Path("assignments"), package.parent / "assignments", package / "_assignments")
    return tuple({path.resolve(): path for path in folders if path.is_dir()}.values())


def all_slugs() -> tuple[str, ...]:
    files = (path for folder in assignment_dirs() for path in folder.glob(f"*/{TOML}"))
    return tuple(sorted({path.parent.name for path in files}))


def all_assignments() -> tuple[Assignment, ...]:
    """All of them, loaded. Raises AssignmentError for the first that is not sound: its notebooks
    would be taken for another course's."""
    return tuple(load_assignment(slug) for slug in all_slugs())


def load_assignment(slug_or_path: str | Path, rubric: Path | None = None) -> Assignment:
    """Load an assignment by name or folder. Raises AssignmentError, naming file and key.
    rubric: another file in the place of the folder's `assignment.toml`."""
    folder = _find(slug_or_path)
    toml = rubric or folder / TOML
    contents = _read_toml(toml, Contents)
    data = read_data(folder)
    offered = vars(_import(folder / CHECKS)).items()
    checks = {name: value for name, value in offered if callable(value) and name[0] != "_"}
    ask_source = _read_ask(folder / ASK)
    refuse_old_imports(ask_source, folder / ASK)
    vet(contents, data, checks, toml, folder / CHECKS)
    inside = sorted((folder / INSIDE).rglob("*.py"))
    importable = {path.relative_to(folder / INSIDE).as_posix(): path for path in inside}
    importable |= {name: folder / name for name in contents.run.modules}
    assignment = Assignment.model_validate(
        {name: getattr(contents, name) for name in Rubric.model_fields}
        | dict(contents.run)
        | {
            "slug": folder.name,
            "folder": folder,
            "sha256": content_sha256(folder),
            "data": data,
            "training_limits": contents.run.training_limits or contents.run.limits,
            "measure_limits": contents.measure.limits,
            "lessons": {lesson.id: lesson for lesson in contents.lessons},
            "importable": {name: _read_text(path) for name, path in importable.items()},
            "ask_source": ask_source,
            "checks": checks,
        }
    )
    asked = assignment.ask_inputs(0)
    vet_inputs(asked, ask_source, contents, data, toml, folder / CHECKS)
    return assignment


def _find(slug_or_path: str | Path) -> Path:
    path = Path(slug_or_path)
    for candidate in (path, *(folder / path for folder in assignment_dirs())):
        if (candidate / TOML).is_file():
            return candidate.resolve()
    raise AssignmentError(
        f"There is no assignment {str(slug_or_path)!r}: no folder of that name holds {TOML}.",
        what_to_do=f"Known here: {', '.join(all_slugs()) or 'none'}. Your own are found from the "
        "folder that holds assignments/, or by their path.",
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise AssignmentError(f"{path}: cannot be read: {problem}.") from problem


def read_data(folder: Path) -> DataTable:
    """`data.toml`, vetted; empty where there is none. Raises AssignmentError."""
    path = folder / DATA
    table = _read_toml(path, DataTable) if path.exists() else DataTable()
    vet_data(table, path)
    return table


def _read_toml(path: Path, kind: type[R]) -> R:
    try:
        tables = tomllib.loads(_read_text(path))
        if kind is Contents:
            refuse_moved(tables, path)
        return kind.model_validate(tables)
    except tomllib.TOMLDecodeError as problem:
        raise AssignmentError(f"{path}: {problem}.") from problem
    except ValidationError as problem:
        lines = [f"{_key(error['loc'])}: {error['msg']}" for error in problem.errors()]
        raise AssignmentError(f"{path}: " + "; ".join(lines) + ".") from problem


def _key(parts: tuple[int | str, ...]) -> str:
    """("criteria", 3, "points") → "criteria[3].points", counted from 0 as TOML readers do."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)[1:]


def _read_ask(path: Path) -> str:
    source = _read_text(path)
    try:
        compile(source, str(path), "exec")
    except (SyntaxError, ValueError) as problem:
        raise AssignmentError(f"{path}: {problem}.") from problem
    if not re.search(r"^def ask\(", source, re.MULTILINE):
        raise AssignmentError(f"{path}: defines no function `ask`.")
    return source


def _import(path: Path) -> ModuleType:
    """Run `checks.py` as a module of its own: two assignments never share a name.

    Compiled anew each time. Python would take a kept compilation for an edit of the same length
    within the same second.
    """
    name = "grader_assignment_" + hashlib.sha256(str(path).encode()).hexdigest()[:12]
    if not path.is_file():
        raise AssignmentError(f"{path}: is missing.")
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # noqa: S102 - trusted
    except Exception as problem:
        del sys.modules[name]
        what = _with_line(problem, path)
        raise AssignmentError(f"{path}: cannot be imported: {what}.") from problem
    return module


def _with_line(problem: Exception, path: Path) -> str:
    """An error of the author's code in one line, with the last line of that file that it came
    through."""
    frames = traceback.extract_tb(problem.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path]
    where = f", line {lines[-1]}" if lines else ""
    return f"{type(problem).__name__}: {problem}{where}"
