"""Which packages are our lack, and what falls because of them."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.intake import Cell, Notebook, lacking, packages
from grader.records import KEYBOARD, Lacking

HORSES = load_assignment("horses-vs-humans")
FUNCTIONS = HORSES.revisions[-1].functions


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without these two."""
    there = packages.is_installed
    monkeypatch.setattr(
        packages, "is_installed", lambda name: name not in ("pandas", "cv2") and there(name)
    )


def lack(*sources: str, revision: str = "c", declared: tuple[str, ...] = ()) -> tuple[Lacking, ...]:
    cells = tuple(Cell(index=i, kind="code", source=text) for i, text in enumerate(sources))
    functions = {name: 0 for name in FUNCTIONS if f"def {name}(" in "\n".join(sources)}
    assignment = HORSES.model_copy(update={"packages": declared})
    return lacking(Notebook(cells=cells, functions=functions), revision, assignment)


FINAL = "def create_final_model(a, b):\n    "


@pytest.mark.parametrize(
    ("sources", "needed_by", "cells"),
    [
        (["import pandas as pd, os", f"{FINAL}return os"], (), ()),
        (["import pandas as pd", "pd.DataFrame()", f"{FINAL}return 1"], (), (1,)),
        (["import pandas as pd", f"{FINAL}return pd.Series()"], ("create_final_model",), ()),
        ([f"{FINAL}import pandas\n    return 1"], ("create_final_model",), ()),
        ([f"{FINAL}return __import__('pandas')"], ("create_final_model",), ()),
        (
            ["import importlib\npd = importlib.import_module('pandas.io')", "pd.x", f"{FINAL}pass"],
            (),
            (0, 1),
        ),
        (["from pandas import Series as S", f"{FINAL}return S()"], ("create_final_model",), ()),
        (
            ["import pandas.io as io\ndef f():\n    return io", f"{FINAL}return f()", "f()"],
            ("create_final_model",),
            (2,),
        ),
        (
            ["try:\n    import pandas as pd\nexcept ImportError:\n    !pip install pandas\n"
             "    import pandas as pd", f"{FINAL}return pd.Series()"],
            ("create_final_model",),
            (0,),
        ),
    ],
)  # fmt: skip
def test_what_needs_a_package_is_found(
    sources: list[str], needed_by: tuple[str, ...], cells: tuple[int, ...]
) -> None:
    """Through names, calls and functions; an import alone costs nothing."""
    (found,) = lack(*sources)
    assert (found.module, found.install) == ("pandas", "pandas")
    assert (found.needed_by, found.cells) == (needed_by, cells)


@pytest.mark.parametrize(
    "source",
    [
        f"{FINAL}raise ModuleNotFoundError(\"No module named 'pandas'\")",
        f"{FINAL}import_module('my_own_helpers', pandas)",
        "# import pandas\ntext = 'import pandas'",
        "try:\n    import pandas as pd\nexcept ImportError:\n    pd = None",
        "from . import pandas",
        "import my_own_helpers",
        "import numpy, tensorflow",
        "import unittests, tensorflow_datasets",
    ],
)
def test_only_imports_of_known_packages_count(source: str) -> None:
    """Neither error messages nor text; a module of one's own, or one that is here, is no lack."""
    assert lack(source) == ()


def test_what_somebody_has_to_type_is_followed_like_a_package() -> None:
    """What is typed may be what a graded function needs; a mere name is no question."""
    (asked,) = lack("name = input('Who? ')", f"{FINAL}return 1")
    assert (asked.module, asked.needed_by, asked.cells) == (KEYBOARD, (), (0,))
    (asked,) = lack("n = int(input())", f"{FINAL}return Dense(n)")
    assert asked.needed_by == ("create_final_model",)
    assert lack(f"input = Input((150, 150, 3))\n{FINAL}return input") == ()


def test_an_assignment_may_declare_more() -> None:
    """The machine of its course has them; one that is public is installed by its own name."""
    (found,) = lack("import course_kit", declared=("course_kit",))
    assert found.install == "course_kit"
    (found,) = lack("import cv2", declared=("cv2",))
    assert found.install == "opencv-python-headless"


def test_in_flat_code_the_objects_are_followed() -> None:
    """Also one that is changed by a call of its own method."""
    (found,) = lack(
        "import cv2\nmodel = build()", "model.compile(cv2.loss())", "plot()", revision="a"
    )
    assert found.needed_by == ("create_final_model",)
    assert found.cells == (1,)


def test_a_module_is_not_changed_by_a_call_of_it() -> None:
    """What else it is used for can do without the package."""
    (found,) = lack("import cv2, course", "course.look(cv2.x)", "course.look(1)")
    assert found.cells == (1,)
