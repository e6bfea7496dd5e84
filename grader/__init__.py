"""An automated grader of deep-learning notebooks: run in a sandbox, look, measure, explain.

In a notebook: `import grader; grader.check("my_function")`, or `%load_ext grader` and then
`%grader check my_function`. Importing this loads nothing else.
"""

from typing import Any

__version__ = "0.2.0"


def check(function: Any = "", **options: Any) -> Any:
    """Check a graded function of this notebook, by its name; without a name, all of them.

    `accuracy=True` also trains and measures the final model, which takes minutes. The answer is
    shown when it is the last line of a cell.
    """
    from grader.selfcheck import check_in_notebook  # noqa: PLC0415 - `import grader` stays light

    # the function itself, in place of its name, is a slip that everybody makes
    return check_in_notebook(getattr(function, "__name__", function), **options)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader`: gives the notebook `%grader check [function]`."""
    shell.register_magic_function(_magic, "line", "grader")


def _magic(line: str) -> Any:
    words = line.split()
    names = [word for word in words[1:] if word != "--accuracy"]
    if words[:1] != ["check"] or len(names) > 1:
        print("Say: %grader check [name of a function] [--accuracy]")
        return None
    return check(*names, accuracy=True) if "--accuracy" in words else check(*names)
