"""The import rule, the sizes and the forbidden words, held by a machine."""

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
MAX_FILE, MAX_FUNCTION = 250, 40

LAYERS = {
    "cli": 10, "doctor": 9, "batch": 8, "audit": 8, "pipeline": 7,
    "execute": 6, "evidence": 6, "measure": 6, "judge": 6, "report": 6, "sinks": 6, "overrides": 6,
    "intake": 5.5, "assets": 5.5,
    "picture": 5, "sandbox": 5, "checks": 5, "graph": 5, "cache": 5,
    "assignment": 4, "limits": 3,
    "records": 1, "errors": 1, "locking": 1, "linking": 1, "plain": 1, "stats": 1,
    "garbage": 1,
    "store": 2, "stopwatch": 2, "selfcheck": 7.5, "bundle": 7.5,
}  # fmt: skip
"""Height of each module, DESIGN's order (`intake` and `assets` a little lower than their
neighbours, which are handed a Notebook and an AssetStore); `x_y` stands where `x` stands."""
HEAVY = {"tensorflow", "keras", "tf_keras", "numpy", "h5py", "scipy", "PIL"}
ONLY_IN = {
    "nbformat": {"intake", "execute"},
    "nbclient": {"execute", "sandbox"},
    "jupyter_client": {"execute", "sandbox"},
    "jinja2": {"report"},
    "rich": {"cli", "doctor"},
    "typer": {"cli"},
}


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def part_of(path: Path) -> str:
    """`grader/cli_grade.py` belongs to `cli`, `grader/sandbox/limits.py` to `sandbox`."""
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return name if name in LAYERS or name == "__init__" else name.split("_")[0]


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Each file is parsed once for all rules."""
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names if node.module == "grader" else [node.module]


HOST = [path for path in sources(PACKAGE) if "inside" not in path.parts]


OURS = [path for name in ("grader", "assignments", "tests") for path in sources(ROOT / name)]


def misplaced(path: Path) -> Iterator[str]:
    """What a module imports that stands beside or above it, or belongs elsewhere."""
    part = part_of(path)
    if part == "__init__":
        return
    if part not in LAYERS:
        yield "has no place in the layers"
        return
    for name in imports(path):
        top, *rest = name.split(".")
        if top in HEAVY:
            yield f"imports {name}, which belongs into grader/inside"
        if part not in ONLY_IN.get(top, {part}):
            yield f"must not import {top}"
        if top == "grader" and rest and rest[0] != "__version__":
            other = part_of(PACKAGE / f"{rest[0]}.py")
            if LAYERS[other] >= LAYERS[part] and other != part:
                yield f"imports {other}, which does not stand below it"


def found(paths: Iterable[Path], rule: Callable[[Path], Iterable[str]]) -> list[str]:
    """Every breach of a rule, with its file."""
    return [f"{path.relative_to(ROOT)}: {what}" for path in paths for what in rule(path)]


def test_a_module_imports_only_from_below() -> None:
    """A lower layer never knows a higher one; heavy and special packages stay where they belong."""
    assert len(HOST) > 100
    assert found(HOST, misplaced) == []


def test_the_inside_is_an_island() -> None:
    """It is copied into a sandbox, where there is no grader."""
    inside = sources(PACKAGE / "inside")
    assert len(inside) > 10
    assert (
        found(inside, lambda path: [n for n in imports(path) if n.split(".")[0] == "grader"]) == []
    )


def large(path: Path) -> Iterator[str]:
    """What of a file is too long."""
    text = path.read_text()
    if len(text.splitlines()) > MAX_FILE:
        yield f"has {len(text.splitlines())} lines"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION:
                yield f"{node.name} has {length} lines"


def test_files_and_functions_are_small() -> None:
    """At most 250 lines a file and 40 a function: one idea each."""
    assert len(OURS) > 300
    assert found(OURS, large) == []


def misnamed(path: Path) -> Iterator[str]:
    """Names in a module that DESIGN rules out; sinks may use the words of their platforms."""
    banned = re.compile(r"(^|_)(item|question|score|mark|result|utils|helpers|manager)s?(_|$)")
    names = [path.stem]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower())
    if path.parent.name not in ("sinks", "validators", "packs"):
        yield from filter(banned.search, names)


def test_one_word_for_each_thing() -> None:
    """No module, class or function is called by a word that DESIGN rules out."""
    assert found(HOST, misnamed) == []


def test_the_rules_bite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that breaks them all is told so."""
    bad = tmp_path / "grader" / "judge.py"
    bad.parent.mkdir()
    body = "\n".join("    x = 1" for _ in range(MAX_FUNCTION))
    bad.write_text(f"import numpy, jinja2\nimport grader.batch\ndef score():\n{body}\n")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path / "grader")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert len(found([bad], misplaced)) == 3
    assert len(found([bad], large)) == 1
    assert found([bad], misnamed) == ["grader/judge.py: score"]


def test_help_loads_nothing_heavy() -> None:
    """`grader --help` answers at once."""
    code = (
        "import sys, grader.cli\n"
        "print([m for m in ('tensorflow', 'nbformat', 'nbclient', 'jinja2', 'numpy')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
