"""What every family of questions stands on: the parts of a notebook, asked one after the other.

A part is a role ("data", "final" …) that functions of certain names play, or the objects that flat
code leaves. Which there are, `asked` says:

    functions   part → names of functions; answers are written under the first that is there
    seconds     part → the time that one call has
    objects     function → names under which flat code keeps what it would return
    globals     part → names that other functions read in place of an argument
    wanted      names of functions: only what is about these is asked; without it, everything
    data        how data are asked for: see `images.py` and `arrays.py`
"""

import contextlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..export.walk import follow, style_of
from .answers import Answers, attempt, clear, defined, kind_of, one_line, wanted_of
from .called import ready
from .flat import NOTHING, Left, cells_to_run_again, is_model, put_back, run_again

WITHIN = (list, tuple, dict)
MOST_WITHIN = 8


class Came(NamedTuple):
    """What asking for one part brought."""

    name: str
    """Of the function that was asked, or that the object stands for."""
    status: str
    """ "ok", "raised", "timeout" or "missing"."""
    value: Any = None
    error: str = ""
    left: str = ""
    """The name under which flat code keeps the value; "" where a function returned it."""
    within: str = ""
    """Class of the list, tuple or dictionary in which it came with other things."""
    overwritten: bool = False
    """Whether flat code has put something else under that name since."""

    def facts(self) -> dict[str, Any]:
        """What is told of a value that should be a model."""
        value = self.value
        return {"kind": kind_of(value), "is_model": is_model(value), **self.came_as()}

    def came_as(self) -> dict[str, Any]:
        """Under which name, in what, and whether it has the name no more."""
        more = {"within": self.within, "overwritten": self.overwritten}
        return {"object": self.left} | {name: value for name, value in more.items() if value}


def taken_out(value: Any, wanted: Callable[[Any], bool]) -> tuple[Any, str]:
    """(the one value of the wanted kind that came with other things, what it came in); the value
    itself where it did not."""
    items: Any = value.values() if isinstance(value, dict) else value
    inner = list(itertools.islice(items, MOST_WITHIN)) if isinstance(value, WITHIN) else []
    fitting = [item for item in inner if wanted(item)]
    return (fitting[0], kind_of(value)) if len(fitting) == 1 else (value, "")


def built(model: Any, shape: Any) -> Any:
    """The model; a Sequential that was never told the shape of its input is built for that shape,
    as its first training would, and one of a class of its own is followed. What cannot be built is
    left as it is: the export says what it sees of it.

    shape: of the input; of several a table or a list of shapes; None where nothing is known.
    """
    style = style_of(model)
    with contextlib.suppress(Exception):
        if shape is not None and style == "opaque":
            follow(model, shape)
        elif shape is not None and style == "sequential" and not _has_graph(model):
            model.build((None, *shape))
    return model


def _has_graph(model: Any) -> bool:
    try:
        return bool((getattr(model, "_functional", None) or model).inputs)
    except Exception:  # noqa: BLE001 - an unbuilt one raises here, each Keras its own
        return False


class Parts:
    """One notebook, what it is asked, and what it has answered so far."""

    def __init__(self, notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
        clear(out)
        put_back(notebook)
        self.notebook = notebook
        self.asked = asked
        self.functions: dict[str, list[str]] = asked["functions"]
        objects = asked.get("objects", {})
        self.hints = {
            part: [name for function in names for name in objects.get(function, ())]
            for part, names in self.functions.items()
        }
        self.wanted = wanted_of(asked, tuple(self.functions))
        self.answers = Answers(out)

    def defined(self, part: str) -> str:
        """The function of that part that the notebook has, or ""."""
        return defined(self.notebook, self.functions.get(part, ()))

    def left(self) -> Left:
        """The objects that are there now."""
        return Left(self.notebook, self.hints)

    def call(
        self,
        part: str,
        offered: Sequence[Any],
        *,
        all_of_them: bool,
        flat: Callable[[Left], Any],
        wanted: Callable[[Any], bool] = is_model,
    ) -> Came:
        """What the part's function returns, alone or with other things; without one, what `flat`
        finds among the objects."""
        name = self.defined(part)
        if name:
            call = ready(self.notebook[name], offered, self.notebook, all_of_them=all_of_them)
            status, got, error = attempt(
                lambda: taken_out(call(), wanted), self.asked["seconds"][part]
            )
            value, within = got or (None, "")
            return Came(name, status, value, error, within=within)
        left, name = self.left(), self.functions[part][0]
        value = flat(left)
        if value is NOTHING:
            return Came(name, "missing")
        overwritten = any(value is model for model in left.replaced.values())
        return Came(name, "ok", value, left=left.name_of(value, part), overwritten=overwritten)

    def give(self, came: Came, facts: Any) -> None:
        """Write the answer."""
        self.answers.give(came.name, came.status, facts, came.error)

    def give_missing(self, parts: Iterable[str]) -> None:
        """Say of wanted parts without an answer that they are not there."""
        for part in parts:
            names = self.functions[part]
            if part in self.wanted and not self.answers.given.keys() & names:
                self.answers.give(names[0], "missing")

    def ask_data(self) -> None:
        """Ask for the data where they are wanted and there is something to ask."""
        if "data" not in self.wanted:
            return
        if self.asked["data"].get("kind", "images") == "arrays":
            from .arrays import ask_arrays as ask
        else:
            from .images import ask_images as ask
        about_data = ask(self.notebook, self.asked, self.hints)
        if about_data:
            self.answers.give(*about_data)

    def inputs_of(self, split: str) -> Any:
        """The inputs of that split, or the data set, that the data function returns of the
        notebook's own data; None where it gives none."""
        from .arrays import splits_of

        name, data = self.defined("data"), self.asked["data"]
        names = [part["split"] for part in data.get("sets", ())] or ["train", "validation"]
        if not name or split not in names:
            return None
        offered = [str(Path(data["root"], data.get("file", "")))]
        call = ready(self.notebook[name], offered, self.notebook, all_of_them=False)
        got = attempt(call, self.asked["seconds"]["data"])[1]
        pairs = splits_of(got) or []
        at = names.index(split)
        return pairs[at][0] if at < len(pairs) else None

    def bind(self, ours: Mapping[str, Any]) -> None:
        """Functions that read the notebook's globals find there what is handed to them.

        ours: part → object.
        """
        for part, value in ours.items():
            for name in self.asked.get("globals", {}).get(part, ()):
                self.notebook[name] = value

    def again(self, ours: Mapping[str, Any], *, behind: bool, seconds: float) -> None:
        """Run the cells that failed once more, with `ours` in place of theirs; with `behind` also
        those that left a part of a model."""
        bind = partial(self.bind, ours)
        cells = cells_to_run_again(self.notebook, behind=behind)
        attempt(lambda: run_again(cells, bind), seconds)
        bind()

    def export(self, write: Callable[[Any, str, str], None], model: Any, name: str) -> str:
        """ "" or why it could not be exported."""
        try:
            write(model, self.answers.out, name)
        except Exception as problem:  # noqa: BLE001 - a model may be anything
            return one_line(problem)
        return ""
