"""What students get: release notebook, public criteria, self-check; optionally data and grader.

Files come in by name, one kind at a time, and criteria by being public: what is not named here
(hidden data, labels, `private/`, solutions, cases, expected verdicts) cannot slip in.
"""

import ast
import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit

from grader.assignment import ASK, CHECKS, DATA, INSIDE, TOML, Assignment
from grader.assignment.data import AssetStore
from grader.records import AssignmentError, GraderError, write_atomically, write_zip
from grader.selfcheck.data import looked_for

RELEASE = "release-{revision}.ipynb"
IMAGES = {".png", ".jpg", ".jpeg"}
ACCURACY = "\ngrader check {notebook} --accuracy   trains your model too, on your own {what}"
UNKNOWN = " What cannot be known here is decided on\nhidden {what}, which are not in this folder."
"""Where something is measured."""
FOR_INSTRUCTORS = (
    *("grader/_assignments/", "grader/_docs/", "grader/_reference/", "grader/_requirements.lock"),
)
"""What students have no use for in the wheel."""
NEUTRAL_THRESHOLD = 0.5
"""Stands in the recipe where no public criterion names the real one."""
Entry = tuple[str, bytes]


def make_bundle(
    assignment: Assignment,
    out: Path,
    *,
    revision: str = "",
    store: AssetStore | None = None,
    wheel: Path | None = None,
) -> int:
    """Write the zip for students; returns how many files are in it. Equal inputs, equal bytes.
    revision: whose release notebook; "" for the last one. store: its student side (images, weights)
    goes in. wheel: the grader as an installable file, without the assignments that are in it.
    Raises AssignmentError without a release notebook."""
    entries = list(_entries(assignment, _release(assignment, revision), store, wheel))
    packed = io.BytesIO()
    write_zip(packed, ((f"{assignment.slug}/{name}", data) for name, data in entries))
    write_atomically(out, packed.getvalue())
    return len(entries)


def _release(assignment: Assignment, revision: str) -> Path:
    """The release notebook of that revision, else of the last one."""
    known = [one.id for one in assignment.revisions]
    if revision and revision not in known:
        raise AssignmentError(
            f"{assignment.slug} has no revision '{revision}'.",
            what_to_do=f"It has {', '.join(known)}.",
        )
    path = assignment.folder / RELEASE.format(revision=revision or known[-1])
    if not path.is_file():
        raise AssignmentError(f"{assignment.folder} has no release notebook ({path.name}).")
    return path


def _entries(
    assignment: Assignment, release: Path, store: AssetStore | None, wheel: Path | None
) -> Iterator[Entry]:
    folder = assignment.folder
    yield "README.md", _readme(assignment, release, wheel).encode()
    yield release.name, release.read_bytes()
    for name in assignment.modules:
        yield name, (folder / name).read_bytes()
    toml = (folder / TOML).read_text(encoding="utf-8")
    checks = (folder / CHECKS).read_text(encoding="utf-8")
    place = f"assignments/{assignment.slug}"
    yield f"{place}/{TOML}", public_toml(toml).encode()
    if (folder / DATA).is_file():
        yield f"{place}/{DATA}", public_data((folder / DATA).read_text(encoding="utf-8")).encode()
    yield f"{place}/{CHECKS}", public_checks(checks, toml).encode()
    yield f"{place}/{ASK}", (folder / ASK).read_bytes()
    for name, source in assignment.importable.items():
        yield (
            f"{place}/{name if name in assignment.modules else f'{INSIDE}/{name}'}",
            source.encode(),
        )
    if store is not None:
        yield from _data(assignment, store)
    if wheel is not None:
        yield wheel.name, student_wheel(wheel)


def _data(assignment: Assignment, store: AssetStore) -> Iterator[Entry]:
    """What students see of the data, where the notebook looks for it."""
    table = assignment.data
    for split in table.shown.values():
        for kind in table.classes if split.images else ():
            for path in sorted((store.student / split.images / kind).iterdir()):
                if path.suffix.lower() in IMAGES:
                    place = next(looked_for(table, f"{split.images}/{kind}"))
                    yield f"{place}/{path.name}", path.read_bytes()
    for name in table.student_paths():
        if table.holds_file(name):
            yield next(looked_for(table, name)), (store.student / name).read_bytes()


def public_data(source: str) -> str:
    """`data.toml` of a copy without the program that makes the stand-in; comments go too."""
    tables = tomllib.loads(source)
    tables.get("stand_in", {}).pop("program", None)
    return tomlkit.dumps(tables)


def public_toml(source: str) -> str:
    """`assignment.toml` without instructor's criteria, and without what only they use. Comments go
    too. The points that are left out stay, as one number."""
    contents = tomllib.loads(source)
    shown, hidden = _parted(contents)
    left_out = {criterion["id"] for criterion in hidden}
    contents["hidden_points"] = sum(criterion["points"] for criterion in hidden)
    contents["criteria"] = [
        {
            **criterion,
            "needs": [need for need in criterion.get("needs", ()) if need not in left_out],
        }
        for criterion in shown
    ]
    contents["misconceptions"] = misconceptions = [
        misconception
        for misconception in contents.get("misconceptions", ())
        if not left_out & set(misconception.get("when", ()))
    ]
    lessons = {one["lesson"] for one in misconceptions if one.get("lesson")}
    for table, used, unused in (
        ("objectives", _used(shown, "objective"), _used(hidden, "objective")),
        ("lessons", _used(shown, "lessons") | lessons, _used(hidden, "lessons")),
    ):
        only_hidden = unused - used
        contents[table] = [row for row in contents.get(table, ()) if row["id"] not in only_hidden]
    public = [criterion.get("with", {}).get("threshold") for criterion in shown]
    if "recipe" in contents and contents["recipe"]["threshold"] not in public:
        contents["recipe"]["threshold"] = NEUTRAL_THRESHOLD
    return tomlkit.dumps(contents)


def public_checks(source: str, toml_source: str) -> str:
    """`checks.py` without the functions that only the instructor's criteria call."""
    shown, hidden = _parted(tomllib.loads(toml_source))
    removed = {c["check"] for c in hidden} - {c["check"] for c in shown}
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in removed:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            del lines[first - 1 : node.end_lineno]
    return "".join(lines)


def _parted(contents: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(public criteria, the instructor's)."""
    criteria = contents["criteria"]
    shown = [c for c in criteria if c.get("visibility", "visible") == "visible"]
    return shown, [c for c in criteria if c not in shown]


def _used(criteria: list[dict[str, Any]], key: str) -> set[str]:
    ids: set[str] = set()
    for criterion in criteria:
        value = criterion.get(key, ())
        ids |= {value} if isinstance(value, str) else set(value)
    return ids


def student_wheel(wheel: Path) -> bytes:
    """The wheel without its own assignments: those have the instructor's criteria in them."""
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(wheel) as source:
            for name in source.namelist():
                if not name.startswith(FOR_INSTRUCTORS):
                    files[name] = source.read(name)
    except (OSError, zipfile.BadZipFile) as problem:
        raise GraderError(
            f"{wheel.name} is no wheel that can be read ({problem}).",
            what_to_do="Get one: pip download --no-deps notebook-grader.",
        ) from problem
    for name, data in files.items():
        if name.endswith(".dist-info/RECORD"):
            kept = data.decode().splitlines(keepends=True)
            files[name] = "".join(k for k in kept if not k.startswith(FOR_INSTRUCTORS)).encode()
    packed = io.BytesIO()
    write_zip(packed, files.items())
    return packed.getvalue()


def _readme(assignment: Assignment, release: Path, wheel: Path | None) -> str:
    shown = [criterion for criterion in assignment.criteria if criterion.visibility == "visible"]
    rows = "\n".join(f"| {criterion.title} | {criterion.points:g} |" for criterion in shown)
    hidden = assignment.max_points - sum(criterion.points for criterion in shown)
    rest = f"\n{hidden:g} more points are decided by criteria that are not public.\n"
    code = release.read_text(encoding="utf-8")
    starts = [(code.find(f"def {name}("), name) for name in assignment.functions]
    _, named = min((start for start in starts if start[0] >= 0), default=(0, ""))
    measured = assignment.recipe is not None
    images = any(split.images for split in assignment.data.shown.values())
    what = "images" if images else "data"
    template = Path(__file__).with_name("students.md").read_text(encoding="utf-8")
    return template.format(
        title=assignment.title,
        notebook=release.name,
        package=f"./{wheel.name}" if wheel else "notebook-grader",
        ran="the cell of a function" if named else "its cells",
        argument=f'"{named}"' if named else "",
        word=f" {named}" if named else "",
        all_of_them=" Without a name all are checked." if named else "",
        accuracy=ACCURACY.format(notebook=release.name, what=what) if measured else "",
        unknown=UNKNOWN.format(what=what) if measured else "",
        rows=rows,
        rest=rest if hidden else "",
        folders=_folders(assignment),
    )


def _folders(assignment: Assignment) -> str:
    """What belongs beside the notebook, in a sentence."""
    table = assignment.data
    ways = [next(looked_for(table, path)) for path in table.student_paths()]
    tops = sorted({way.partition("/")[0] for way in ways})
    if not tops:
        return ""
    named = " and ".join(f"`{top}`" for top in tops)
    return f"Beside it belong{'s' if len(tops) == 1 else ''} {named}."
