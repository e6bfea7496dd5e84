"""The command `demo`: the first look at a graded class, with nothing of one's own."""

from __future__ import annotations  # a name of a room would load it

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated, Final

import typer

from grader import assignment as assignments
from grader.cli.common import ALL_WELL, SOME_NOT, Out, console, need_tensorflow
from grader.cli.data import assets_make
from grader.cli.grade import grade

SCALE: Final = "small"
CELL_S = 60
"""One of the notebooks never ends: it is stopped after so long."""


def demo(
    out: Out = Path("demo"),
    show: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the class page in a browser.")
    ] = True,
) -> int:
    """See a graded class with nothing of your own: about six minutes, then seconds.

    Makes small stand-in data, grades the sample notebooks that come with the grader (right, wrong,
    unfinished, hostile) and says where their reports are. Nothing is downloaded.

    Example: [bold]grader demo[/]"""
    need_tensorflow()
    sampled = [each for each in assignments.all_assignments() if each.sample_class]
    for each in sampled:
        assets_make(each.slug, scale=SCALE)
    paths = [path for each in sampled for path in each.sample_class]
    status = grade(paths, out=out, scale=SCALE, limit=[f"cell_s={CELL_S}"])
    page = (out / "batch.html").absolute()
    if show and _has_screen() and webbrowser.open(page.as_uri()):
        console.print("The page of all classes is open in your browser.")
    console.print("Next: your own notebooks, [bold]grader grade FOLDER[/]")
    return ALL_WELL if status == SOME_NOT else status  # some of its grades are meant to be held


def _has_screen() -> bool:
    """Whether a browser would have a window: not in a container, a pipe or over SSH."""
    if not console.is_terminal:
        return False
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
