"""The import rule, the sizes and the forbidden words, held by a machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
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


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names if node.module == "grader" else [node.module]


HOST = [path for path in sources(PACKAGE) if "inside" not in path.parts]


@pytest.mark.parametrize("path", HOST, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    """A lower layer never knows a higher one; heavy and special packages stay where they belong."""
    part = part_of(path)
    if part == "__init__":
        return
    assert part in LAYERS, f"{path.name} has no place in the layers"
    for name in imports(path):
        top, *rest = name.split(".")
        assert top not in HEAVY, f"{name} belongs into grader/inside"
        assert part in ONLY_IN.get(top, {part}), f"{part} must not import {top}"
        if top == "grader" and rest and rest[0] != "__version__":
            other = part_of(PACKAGE / f"{rest[0]}.py")
            lower = LAYERS[other] < LAYERS[part] or other == part
            assert lower, f"{part} imports {other}, which does not stand below it"


@pytest.mark.parametrize("path", sources(PACKAGE / "inside"), ids=lambda path: path.name)
def test_the_inside_is_an_island(path: Path) -> None:
    """It is copied into a sandbox, where there is no grader."""
    assert not [name for name in imports(path) if name.split(".")[0] == "grader"]


@pytest.mark.parametrize(
    "path",
    [path for folder in ("grader", "assignments", "tests") for path in sources(ROOT / folder)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_files_and_functions_are_small(path: Path) -> None:
    """At most 250 lines a file and 40 a function: one idea each."""
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", HOST, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_word_for_each_thing(path: Path) -> None:
    """No module, class or function is called by a word that DESIGN rules out."""
    banned = re.compile(r"(^|_)(item|question|score|mark|result|utils|helpers|manager)s?(_|$)")
    names = [path.stem]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower())
    platform_words = path.parent.name in ("sinks", "validators", "packs")
    assert platform_words or not [name for name in names if banned.search(name)]


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
