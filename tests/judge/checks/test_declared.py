"""What checks say of themselves: the misconceptions that they may name, and claims."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judge import checks
from grader.judge.checks.model import kinds
from grader.measure.allowed import LAYERS, LOSSES, OPTIMIZERS

FOLDER = Path(checks.__file__).parent
ID = re.compile(r"[a-z]+(-[a-z]+)+")
MODULES = sorted(path for path in FOLDER.rglob("*.py") if path.name != "__init__.py")


def texts(tree: ast.AST) -> Iterator[str]:
    """All of them, but for what stands in decorators."""
    declaring = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        for part in ast.walk(decorator)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in declaring:
            yield text


def declared(check: Any) -> set[str]:
    return set(getattr(check, "may_show", ()))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_ready_made_check_names_what_it_does_not_declare(module: Path) -> None:
    """Nor declares what it never names: both in the module where the check stands."""
    words = set(texts(ast.parse(module.read_bytes())))
    name = "grader.judge.checks." + ".".join(module.relative_to(FOLDER).with_suffix("").parts)
    here = vars(importlib.import_module(name)).values()
    own = set().union(*(declared(one) for one in here if getattr(one, "__module__", "") == name))
    assert own <= words
    assert {word for word in words if ID.fullmatch(word)} <= own


def test_names_of_kinds_are_those_of_keras_and_of_what_is_measured() -> None:
    """Without loading Keras: its faces are files that list them."""
    places = {"layers": kinds.LAYERS, "optimizers": kinds.OPTIMIZERS, "losses": kinds.LOSSES}
    places["activations"] = kinds.ACTIVATIONS
    spec = importlib.util.find_spec("keras")
    assert spec and spec.origin
    for face, ours in places.items():
        text = Path(spec.origin).with_name(face).joinpath("__init__.py").read_text("utf-8")
        theirs = set(re.findall(r" as (\w+),?$", text, re.MULTILINE))
        theirs |= {name.lower() for name in theirs} if face == "optimizers" else set()
        assert ours <= theirs
    assert {kind for kind in LAYERS if not kind.startswith("op:")} <= kinds.LAYERS
    assert set(OPTIMIZERS) <= kinds.OPTIMIZERS
    assert set(LOSSES) <= kinds.LOSSES
