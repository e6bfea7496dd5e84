"""Patterns and templates: what fits, what comes out, and that nothing is changed in place."""

from __future__ import annotations

import ast

import pytest

from grader.audit.rewrite import renamed, rule

LOOP = "for _l in _m.layers:\n    _l.trainable = False"
RETURNS = "def f(m):\n    return m"
RIGHT = [
    ("f(1, 2)", "f(_a, _b)", "g(_b, _a)", "g(2, 1)"),
    ("a.b.Dense(4, b=1)(x)", "Dense(4, ...)", "Dense(..., units=4)", "a.b.Dense(units=4, b=1)(x)"),
    ("Dense(4)(x)", "Dense(4, ...)", "Dense(..., units=4)", "Dense(units=4)(x)"),
    ("Model(outputs=o, inputs=i)", "Model(inputs=_i, outputs=_o)", "Model(_i, _o)", "Model(i, o)"),
    (LOOP.replace("_", ""), LOOP, "_m.trainable = False", "m.trainable = False"),
    ("def f(m):\n    g(m)\n    return m", "g(_m)\nreturn _m", "return _m", RETURNS),
    ("x = f(x)\ny = g(x)", "_o = f(_i)\n_p = g(_o)", "_p = g(f(_i))", "y = g(f(x))"),
    ("f(x)", "f(_a)", "if True:\n    f(_a)", "if True:\n    f(x)"),
    ("m.load(p)", "_m.load(_p)", "_m.load(_p)\n_m.load(_p)", "m.load(p)\nm.load(p)"),
    ("def f():\n    g()", "g()", "pass", "def f():\n    pass"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "pattern", "template", "expected"), RIGHT)
def test_a_pattern_that_fits_is_replaced(
    source: str, pattern: str, template: str, expected: str
) -> None:
    """Expressions, statements, several statements; the original is not touched."""
    tree = ast.parse(source)
    made = rule(pattern, template)(tree)
    assert made is not None
    assert ast.unparse(made) == expected
    assert ast.unparse(tree) == source
    compile(made, "made", "exec")


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("f(1, 2)", "f(_a, _a)"),
        ("f(1)", "f(1.0)"),
        ("f(1, b=2)", "f(1)"),
        ("f(1)", "f(1, b=2)"),
        ("g(1)", "f(1)"),
        ("dense(4)", "Dense(4)"),
        ("x = f(x)\nprint(x)\ny = g(x)", "_o = f(_i)\n_p = g(_o)"),
    ],
)
def test_a_pattern_that_does_not_fit_changes_nothing(source: str, pattern: str) -> None:
    """A variant is only made where there is something to change."""
    assert rule(pattern, "changed")(ast.parse(source)) is None


def test_a_change_into_the_same_is_none() -> None:
    """It would be a second solution, not a variant."""
    assert rule("f(_a)", "f(_a)")(ast.parse("f(1)")) is None
    assert renamed({"y": "z"})(ast.parse("x = 1")) is None


def test_names_are_changed_everywhere_in_a_cell() -> None:
    """Parameters, reads and writes."""
    made = renamed({"m": "network"})(ast.parse("def f(m):\n    m = m.a\n    return m"))
    assert made is not None
    assert ast.unparse(made) == "def f(network):\n    network = network.a\n    return network"
