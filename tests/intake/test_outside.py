"""What `main()` makes is kept: code without graded functions is graded on what it leaves."""

from __future__ import annotations

import pytest

from grader.intake.notebook import Cell, plain_python
from grader.intake.outside import brought_outside


def outside(*sources: str) -> tuple[list[str], list[str]]:
    """(sources of the cells, notes)."""
    notes: list[str] = []
    cells = [Cell(index=n, kind="code", source=source) for n, source in enumerate(sources)]
    return [cell.source for cell in brought_outside(cells, notes)], notes


def left_by(*sources: str) -> dict[str, object]:
    """The names that the cells leave, when they are run."""
    left: dict[str, object] = {"__name__": "__main__"}
    for source in outside(*sources)[0]:
        exec(compile(plain_python(source), "cell", "exec"), left)  # noqa: S102 - ours, below
    return left


@pytest.mark.parametrize(
    "call",
    [
        "main()",
        "if __name__ == '__main__':\n    main()",
        "print(1)\nmain()",
        "main(3)",
        "r = main()",
    ],
)
def test_what_main_makes_is_left(call: str) -> None:
    """In whatever way it is called, in its own cell or in another."""
    function = "\n    ".join(
        [
            "def main(epochs=2):",
            "model = epochs",
            "for base in [1]:",
            "  if 0: x.fit(y)",
            "return 5",
        ]
    )
    for left in (left_by(function, call), left_by(f"{function}\n{call}")):
        assert (left["model"], left["base"]) == (3 if "3" in call else 2, 1)


def test_lines_keep_their_numbers() -> None:
    """The names stand on the line of the first statement, where Python takes it."""
    (source, _), notes = outside("def main():\n    '''é'''\n    model = 1", "main()")
    assert source == "def main():\n    global model; '''é'''\n    model = 1"
    assert notes == [
        "`main()` holds work of the notebook: what it makes was kept for grading, as if its lines "
        "stood in a cell."
    ]


@pytest.mark.parametrize(
    "first",
    ["with open('/dev/null') as f: pass", "match 1:\n        case q: pass",
     "@staticmethod\n    def g(): pass", "!pip install x", "%matplotlib inline", "class A: pass",
     "x, y = (1,\n  2)"],
)  # fmt: skip
def test_any_statement_may_be_the_first(first: str) -> None:
    """Also one before which nothing else may stand on its line."""
    assert left_by(f"def main():\n    {first}\n    model = 1", "main()")["model"] == 1


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["def main(a):\n    model = a", "main(1)"], "it needs a value"),
        (["def build():\n    model = 1\n    return model", "model = build()"], "it returns it"),
        (["def main():\n    model = 1"], "nobody calls it"),
        (["def main(): model = 1", "main()"], "one line"),
        (["def main():\n    model: int = 1", "main()"], "Python forbids it"),
        (["def main():\n    a = 1\n    def b(): nonlocal a", "main()", "b = 2"], "a is shared"),
        (["def main():\n    list = 1", "main()"], "a name of Python's"),
        (["def main():\n    model = 1", "main()", "model = 2"], "the notebook has its own"),
        (["def main(:\n    model = 1", "main()"], "an error"),
        (["nonlocal x\ndef main():\n    model = 1", "main()"], "an error that no tree shows"),
    ],
)  # fmt: skip
def test_all_else_stays_as_it_is(cells: list[str], why: str) -> None:
    """Because of what stands beside it."""
    assert outside(*cells) == (cells, []), why
