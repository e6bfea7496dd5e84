"""An automated grader of deep-learning notebooks: run in a sandbox, look, measure, explain.

In a notebook: `import grader; grader.check("create_final_model")`, or `%load_ext grader` and then
`%grader check create_final_model`. Importing this loads nothing else.
"""

from typing import Any

__version__ = "0.1.0"


def check(function: str = "", **options: Any) -> Any:
    """Check a graded function of this notebook; without a name, all of them.

    The answer is shown when it is the last line of a cell.
    """
    from grader import selfcheck_kernel  # noqa: PLC0415 - `import grader` stays light

    return selfcheck_kernel.check(function, **options)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader`: gives the notebook `%grader check [function]`."""
    shell.register_magic_function(_magic, "line", "grader")


def _magic(line: str) -> Any:
    words = line.split()
    if words[:1] != ["check"] or len(words) > 2:  # noqa: PLR2004 - the command and one name
        print("Say: %grader check [name of a function]")
        return None
    return check(*words[1:])
