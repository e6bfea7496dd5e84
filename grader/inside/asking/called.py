"""Functions that want more than they are asked with get the rest as the notebook's own call has it.

Students add arguments to a function and hand them over where they call it, as
`build_model((8, 8, 1), 10)`.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..kernel import history
from .answers import fitting


def ready(
    function: Callable[..., Any],
    offered: Sequence[Any],
    notebook: Mapping[str, Any],
    *,
    all_of_them: bool,
) -> Callable[[], Any]:
    """The call of that function with what is offered, and with the rest as it was last handed.

    all_of_them: as for `fitting`.
    """
    given = fitting(function, offered, all_of_them=all_of_them)
    try:
        signature = inspect.signature(function)
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        if inspect.Parameter.VAR_POSITIONAL in kinds:  # as around a function of another signature
            last = next(_calls(function, notebook), None)
            given = given[: len(last.args) + len(last.keywords)] if last else given
        signature.bind(*given)
    except ValueError:  # nobody sees its signature
        return partial(function, *given)
    except TypeError:
        return lambda: function(*given, **_rest(function, signature, notebook, len(given)))
    return partial(function, *given)


def _rest(
    function: Any, signature: inspect.Signature, notebook: Mapping[str, Any], taken: int
) -> dict[str, Any]:
    """Parameter behind the first `taken` → its value in the last call that hands it over."""
    behind = list(signature.parameters)[taken:]
    for call in _calls(function, notebook):
        try:
            named = {word.arg: word.value for word in call.keywords if word.arg}
            handed = signature.bind(*call.args, **named).arguments
        except TypeError:  # not a call that works
            continue
        values = {word: handed[word] for word in behind if isinstance(handed.get(word), ast.expr)}
        return {word: value_of(node, notebook) for word, node in values.items()}
    return {}


def _calls(function: Any, notebook: Mapping[str, Any]) -> Iterator[ast.Call]:
    """Those of the function in the notebook's cells, of the last cell first."""
    names = {name for name, value in notebook.items() if value is function}
    for cell in reversed(history.cells()):
        for node in history.nodes_of(cell.source):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield node


def value_of(node: ast.expr, notebook: Mapping[str, Any]) -> Any:
    """What an expression of the notebook is now."""
    return eval(compile(ast.Expression(node), "<call>", "eval"), dict(notebook))  # noqa: S307 - the student's own code
