"""The house: which room may use which, what stays behind a face, and words that are ruled out."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "grader"

ROOMS: dict[str, set[str]] = {
    "records": set(),
    "assignment": set(),
    "sandbox": set(),
    "intake": {"assignment"},
    "run": {"intake", "sandbox", "assignment"},
    "evidence": {"assignment"},
    "measure": {"evidence", "sandbox", "assignment"},
    "judge": {"evidence", "assignment"},
    "report": {"assignment"},
    "platforms": {"report", "assignment"},
}
"""Room → the rooms that it may use; every room may use `records` too."""
ROOMS["pipeline"] = set(ROOMS)
ROOMS["selfcheck"] = ROOMS["audit"] = set(ROOMS)
ROOMS["cli"] = set(ROOMS)
LOOSE = {"__init__.py", "__main__.py", "checks.py"}
HEAVY = {"tensorflow", "keras", "tf_keras", "numpy", "h5py", "scipy", "PIL"}
ON_THE_HOST = {
    "grader/platforms/container/prairielearn.py": "PIL",
    "grader/assignment/data/arrays.py": "numpy",
}
"""A small picture is drawn, and arrays are looked at, by packages that load when needed."""
CLUSTER = ("distributed", "dask", "dask_jobqueue", "trustme", "fsspec")
"""Only those who grade on many machines have them."""
ONLY_IN = {
    "nbformat": {"intake", "run"},
    "nbclient": {"run"},
    "jupyter_client": {"run"},
    "jinja2": {"report"},
    "rich": {"cli"},
    "typer": {"cli"},
    **{name: {"pipeline"} for name in CLUSTER},
}


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def room_of(path: Path) -> str:
    """The room that a file of `grader/` stands in; "" for a loose module."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in it; each file is walked once for all rules."""
    return list(ast.walk(ast.parse(path.read_text())))


def imports(path: Path) -> Iterator[str]:
    """Modules that are imported by their absolute name."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if is_module(name) else node.module for name in below)


@functools.cache
def is_module(name: str) -> bool:
    path = PACKAGE.parent / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or path.is_dir()


def is_face(name: str) -> bool:
    """A package, as seen from outside of its room."""
    return (PACKAGE.parent / name.replace(".", "/") / "__init__.py").is_file()


HOST = [path for path in sources(PACKAGE) if "inside" not in path.parts]


def misplaced(path: Path) -> Iterator[str]:
    """Imports from a room that it may not use, past a face, or of what belongs elsewhere."""
    room = room_of(path)
    for name in sorted(set(imports(path))):
        top, *rest = name.split(".")
        if top in HEAVY and ON_THE_HOST.get(path.relative_to(ROOT).as_posix()) != top:
            yield f"imports {name}, which belongs into grader/inside"
        if room not in ONLY_IN.get(top, {room}):
            yield f"must not import {top}"
        if (
            room == "pipeline"
            and top in CLUSTER
            and path.parent != PACKAGE / "pipeline" / "cluster"
        ):
            yield f"imports {top}, which belongs into grader/pipeline/cluster"
        if top == "grader" and rest and room and rest[0] != room:
            if rest[0] not in ROOMS[room] | {"records"}:
                yield f"imports {name}: {room} may not use {rest[0]}"
            elif not is_face(name):
                yield f"imports {name}, past the face of {rest[0]}"


def found(paths: Iterable[Path], rule: Callable[[Path], Iterable[str]]) -> list[str]:
    """Every breach of a rule, with its file."""
    return [f"{path.relative_to(ROOT)}: {what}" for path in paths for what in rule(path)]


def test_a_room_uses_only_the_rooms_of_the_table_and_only_their_faces() -> None:
    """DESIGN's table; heavy and special packages stay where they belong."""
    assert len(HOST) > 100
    assert found(HOST, misplaced) == []


def test_the_table_has_no_circle() -> None:
    """Whoever follows the arrows never comes back."""
    left = {room: used | {"records"} - {room} for room, used in ROOMS.items()}
    left["records"] = set()
    while left:
        ground = {room for room, used in left.items() if not used & set(left)}
        assert ground, f"a circle among {sorted(left)}"
        left = {room: used for room, used in left.items() if room not in ground}


def test_every_folder_is_a_room_with_a_charter() -> None:
    """Three loose modules; each room says in its first sentence what it is for."""
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(ROOMS) | {"inside"} - ({"inside"} - folders)
    assert {path.name for path in PACKAGE.glob("*.py")} == LOOSE
    for face in PACKAGE.rglob("__init__.py"):
        if "inside" not in face.parts:
            assert ast.get_docstring(ast.parse(face.read_text())), face


def test_a_face_names_nothing_like_a_module_beside_it() -> None:
    """`grader.room.name` would be the module or the function, whichever was loaded last."""
    for stub in PACKAGE.rglob("__init__.pyi"):
        names = {
            alias.asname or alias.name
            for node in ast.parse(stub.read_text()).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        beside = {path.stem for path in stub.parent.iterdir() if path.suffix in (".py", "")}
        assert names & beside == set(), stub


def test_the_inside_is_an_island() -> None:
    """It is put into a sandbox, where there is no grader."""
    inside = sources(PACKAGE / "inside")
    assert len(inside) > 10
    assert (
        found(inside, lambda path: [n for n in imports(path) if n.split(".")[0] == "grader"]) == []
    )


INSIDE: dict[str, set[str]] = {"shims": set(), "export": {"shims"}}
"""Folder of `inside/` → the folders that it may use."""
INSIDE["kernel"] = INSIDE["measuring"] = {"shims", "export"}
INSIDE["asking"] = {"shims", "export", "kernel"}


def out_of_order(path: Path) -> Iterator[str]:
    """Relative imports of a folder of `inside/` that it may not use, and bare ones of ours."""
    own, *_ = path.relative_to(PACKAGE / "inside").parts
    bare = {other.stem for other in sources(PACKAGE / "inside")} | set(INSIDE)
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.level > 1:
            folders = [node.module] if node.module else [alias.name for alias in node.names]
            for folder in {name.partition(".")[0] for name in folders} - INSIDE[own] - {own}:
                yield f"{own} may not use {folder}"
    if path.parent.name in INSIDE:
        yield from sorted(bare.intersection(name.partition(".")[0] for name in imports(path)))


def test_inside_each_uses_what_stands_left_of_it() -> None:
    """shims < export < kernel < asking, and measuring apart; by relative imports alone."""
    ordered = [path for name in INSIDE for path in sources(PACKAGE / "inside" / name)]
    assert len(ordered) > 25
    assert found(ordered, out_of_order) == []


def test_what_is_asked_imports_from_one_module() -> None:
    """An `ask.py` has the standard library, TensorFlow, and the names that asking lists."""
    asking = ast.parse((PACKAGE / "inside" / "asking" / "__init__.py").read_text())
    names = set(re.findall(r"\w+", ast.get_docstring(asking) or ""))
    asks = [*ROOT.glob("assignments/*/ask.py"), ROOT / "tests" / "attacks" / "tiny" / "ask.py"]
    assert len(asks) > 1
    for path in asks:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "grader_inside.asking":
                assert {alias.name for alias in node.names} <= names, path
            elif isinstance(node, ast.ImportFrom):
                assert node.module in sys.stdlib_module_names, (path, node.module)
            elif isinstance(node, ast.Import):
                known = sys.stdlib_module_names | {"tensorflow"}
                assert {alias.name for alias in node.names} <= known, path


def misnamed(path: Path) -> Iterator[str]:
    """Names in a module that DESIGN rules out; platforms may use their own words."""
    banned = re.compile(r"(^|_)(item|question|score|mark|result|utils|helpers|manager)s?(_|$)")
    names = [path.stem]
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower())
    if room_of(path) != "platforms":
        yield from filter(banned.search, names)


def test_one_word_for_each_thing() -> None:
    """No module, class or function is called by a word that DESIGN rules out."""
    assert found(HOST, misnamed) == []


def test_the_rules_bite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that breaks them all is told so."""
    bad = tmp_path / "grader" / "judge" / "bad.py"
    for face in ("judge", "pipeline", "evidence"):
        (tmp_path / "grader" / face).mkdir(parents=True)
        (tmp_path / "grader" / face / "__init__.py").touch()
    (tmp_path / "grader" / "evidence" / "collect.py").touch()
    bad.write_text(
        "import numpy, jinja2\nfrom grader.pipeline import grade\n"
        "from grader.evidence import collect\ndef score(): ...\n"
    )
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path / "grader")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert found([bad], misplaced) == [
        "grader/judge/bad.py: imports grader.evidence.collect, past the face of evidence",
        "grader/judge/bad.py: imports grader.pipeline: judge may not use pipeline",
        "grader/judge/bad.py: must not import jinja2",
        "grader/judge/bad.py: imports numpy, which belongs into grader/inside",
    ]
    assert found([bad], misnamed) == ["grader/judge/bad.py: score"]


def test_help_loads_nothing_heavy() -> None:
    """`grader --help` answers at once."""
    code = (
        "import sys, grader.cli.app\n"
        "print([m for m in ('tensorflow', 'nbformat', 'nbclient', 'jinja2', 'numpy')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
