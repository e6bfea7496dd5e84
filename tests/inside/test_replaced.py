"""`replaced.toml` against what our hooks really change and which private names we really read."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from fresh_python import INSIDE, facts_of

from grader.run.preload import KERAS_3, KERNEL, LEGACY, LIBRARIES

FOLDER = Path(__file__).parents[2] / "grader" / "inside"
BESIDE_STUDENTS = ("shims", "export", "kernel", "asking")
LISTED: dict[str, Any] = tomllib.loads((FOLDER / "replaced.toml").read_text())
MADE_HERE = {"self", "config", "response", "node", "rmtree", "sys", "app"}
"""Variables whose objects are ours, or new."""
PRIVATE = re.compile(r"_[A-Za-z]\w*|__internal__|(keras|tf_keras)\.src\..*|tensorflow\.python\..*")
METHODS = {
    node.name
    for node in ast.walk(ast.parse((FOLDER / "export" / "operations.py").read_text()))
    if isinstance(node, ast.FunctionDef)
}
"""Of ours, which a table there names."""
OURS = {"_generator", "_mask", "_shape", "_constraint", "_initializer", "_regularizer"}
"""Endings of public names."""


def listed(table: str, key: str) -> list[str]:
    return [name for entry in LISTED[table] for name in entry[key]]


PROGRAM = """
import importlib, json, multiprocessing.context, os, shutil, tempfile
for name in {modules!r}:
    importlib.import_module(name)
import multiprocessing.pool, requests.sessions, tensorflow, urllib.request, zipfile
tensorflow.keras.Model
tensorflow.random.set_seed(0)  # makes what TensorFlow keeps its state in
from grader_inside.asking import main
def refused(*given): raise OSError
os.openpty = multiprocessing.context.BaseContext.Lock = refused
os.environ["HOME"] = os.environ["GRADER_IN"] = tempfile.mkdtemp()
def seen():
    found = {{}}
    for name, module in list(sys.modules.items()):
        if module is None or name.startswith(("grader", "__main__", "__mp_main__")):
            continue
        for key, value in list(getattr(module, "__dict__", {{}}).items()):
            found[f"{{name}}.{{key}}"] = value
            if isinstance(value, type) and value.__module__ == name:
                for inner, kept in list(vars(value).items()):
                    found[f"{{name}}.{{key}}.{{inner}}"] = kept
    return found
before = seen()
main.kernel.install({{"seed": 0, "training": {training!r}, "keras": {keras!r}, "places": {{}}}})
shutil.rmtree(os.environ["HOME"])
after = seen()
changed = sorted(name for name, value in after.items() if before.get(name, before) is not value)
print("FACTS", json.dumps([changed, len(before)]))
"""


@pytest.mark.tensorflow
@pytest.mark.timeout(600)
def test_hooks_replace_what_is_listed_and_nothing_else() -> None:
    """Both Keras, and a machine that lacks terminals and shared memory; every attribute of every
    module that is loaded, and of its classes, is looked at before and after."""
    changed: set[str] = set()
    for keras, training, modules in (("3", "recipe", KERAS_3), ("2", "notebook", LEGACY),
                                     ("2", "recipe", LEGACY)):  # fmt: skip
        settings = {"keras": keras, "training": training, "modules": KERNEL + LIBRARIES + modules}
        names, looked_at = facts_of(INSIDE + PROGRAM.format(**settings), legacy=keras == "2")
        assert looked_at > 100_000
        changed |= set(names)
    patterns = listed("replaced", "attributes")
    assert [n for n in changed if not any(fnmatchcase(n, pattern) for pattern in patterns)] == []
    assert [p for p in patterns if not any(fnmatchcase(name, p) for name in changed)] == []


def nodes() -> Iterator[ast.AST]:
    """All of our code that is beside a student's."""
    for folder in BESIDE_STUDENTS:
        for path in (FOLDER / folder).rglob("*.py"):
            if "packages" not in path.parts:
                yield from ast.walk(ast.parse(path.read_text()))


def written(node: ast.AST) -> Iterator[str]:
    """Attributes that a statement gives to an object which is not ours."""
    for target in getattr(node, "targets", [getattr(node, "target", None)]):
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not isinstance(part, ast.Attribute):
                continue
            root = part.value
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if not (isinstance(root, ast.Name) and root.id in MADE_HERE):
                yield part.attr


def test_code_writes_to_no_attribute_that_is_not_listed() -> None:
    """Also those that are replaced only meanwhile. A module that is just imported gets its own
    loader back."""
    known = {name.rpartition(".")[2] for name in listed("replaced", "attributes")}
    known |= set(listed("meanwhile", "attributes")) | {"__loader__", "loader", "__wrapped__"}
    known |= {"__spec__", "__package__"}
    found = {name for node in nodes() for name in written(node)}
    assert found - known == set()


def test_private_names_that_are_read_are_listed() -> None:
    """Each of Keras, TensorFlow, IPython and Python, with the reason; and none that is not read."""
    read = set()
    for node in nodes():
        if isinstance(node, ast.Attribute):
            ours = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            read |= set() if ours else {node.attr}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            read |= {node.value} - METHODS
        elif isinstance(node, ast.FunctionDef):
            read |= {node.name} & {"_try_bind_socket"}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            read.add(node.module)
    private = {name for name in read if PRIVATE.fullmatch(name)} - OURS
    assert private == set(listed("private", "names"))
