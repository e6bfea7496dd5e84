"""Places of the system that a tier does not have: `/tmp`, `/content`; and in every tier those of
another machine, such as the student's own.

Where runs share the machine's root, such a place is closed, or everybody's. Before a cell runs, the
place is read as a folder of the run's own wherever a text of the code begins a path with it: string
literals, shell lines, cells in another language. In what the cell shows, the folder is called as
the code calls it. A path that code puts together from pieces stays as it is.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.sandbox import Running, Sandbox

SYSTEM = {"/tmp": "{tmp}"}  # noqa: S108 - the place that notebooks name
"""Beside the roots that the assignment's data declare."""
ELSEWHERE = {"/root": "{home}"} | {
    place: f"{{home}}/elsewhere{place}"
    for place in ("/home", "/Users", "/mnt", "/media", "/Volumes")
}
"""Where people keep their own files; none of it is ours to give, and delivered files are found
there by their names."""
PIECES = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |^[ \t]*+(?P<shell>(?:(?:[\w, \t]+=[ \t]*)?[!%]|(?:cd|ls|mkdir|rm|mv|cp|cat)[ \t]+[^=(\n])
        (?:[^\n]*\\\n)*[^\n]*)
    |(?P<quote>'''|\"\"\")(?P<long>(?:\\[\s\S]|(?!(?P=quote))[^\\])*+)(?:(?P=quote)|\\?\Z)
    |(?P<mark>['"])(?P<short>(?:\\[\s\S]|(?!(?P=mark))[^\\\n])*+)(?:(?P=mark)|\\?\Z|(?=\n))""",
    re.VERBOSE | re.MULTILINE,
)
"""Nothing is looked at twice: an open string is taken to the end of its line, or of all."""
OF_PYTHON = re.compile(r"\s*%%(?:time|timeit|capture|prun)\b[^\n]*")
"""Cell magics below which stands Python; below any other one stands a text."""
OWN_FOLDER = "`{}` is a folder of this run's own here: its path was put in the code"
BEFORE = r"""(?<=[\s"'=,;(\[<>|&`])|(?<=file://)|(?<=\s-\w)"""
"""What stands before a path within a text. After a name, a brace or a point it goes on there."""


class Places:
    """The places of one run, and what they are called in its code."""

    def __init__(self, roots: Mapping[str, str], env: Mapping[str, str], scratch: Path) -> None:
        """roots: place that the tier lacks → folder with placeholders. env: of the program in the
        sandbox. scratch: the folder that all of the run's own lie in."""
        own = {f"{{{name[7:].lower()}}}": env[name] for name in env if name.startswith("GRADER_")}
        own |= {"{tmp}": env["TMPDIR"], "{home}": env["HOME"]}
        self.folders = {
            place: _filled(goal, own) for place, goal in (ELSEWHERE | dict(roots)).items()
        }
        self.named: dict[str, None] = {}
        """Those that the code has named so far."""
        names = "|".join(re.escape(place) for place in sorted(self.folders, reverse=True))
        self._within = re.compile(rf"(?:{BEFORE})({names})(?![\w.-])")
        self._at_start = re.compile(rf"(?:\A|{BEFORE})({names})(?![\w.-])")
        self._ours = (str(Path(env["GRADER_WORK"]).parent), str(scratch))

    def led(self, source: str) -> tuple[str, list[str]]:
        """The code of a cell with the run's own folders, and the places that it named."""
        named: dict[str, None] = {}

        def lead(text: str, *, starts: bool) -> str:
            def folder(match: re.Match[str]) -> str:
                named[match[1]] = None
                return self.folders[match[1]]

            return (self._at_start if starts else self._within).sub(folder, text)

        def piece(match: re.Match[str]) -> str:
            kind = str(match.lastgroup)
            if kind == "comment":
                return match[0]
            before = source[max(0, match.start() - 200) : match.start()].rstrip(" \t\n\\")
            # what is added to another text is the end of a path
            joined = kind != "shell" and before.endswith(("+", "'", '"'))
            text, at = match[kind], match.start(kind) - match.start()
            led = lead(text, starts=not joined)
            return match[0][:at] + led + match[0][at + len(text) :]

        if source.lstrip().startswith("%%") and not OF_PYTHON.match(source):
            led = lead(source, starts=True)
        else:
            led = PIECES.sub(piece, source)
        self.named |= named
        return led, list(named)

    def shown(self, text: str) -> str:
        """What the program said, with the places as the code named them."""
        for place in (*self.named, *(place for place in SYSTEM if place in self.folders)):
            text = text.replace(self.folders[place], place)
        for folder in self._ours:
            text = text.replace(folder, "/grader")
        return text

    def call_in(self, answers: Path) -> None:
        """The same in a file of answers, where there is one: its errors name paths, too."""
        if answers.is_file():
            text = answers.read_text(encoding="utf-8", errors="surrogateescape")
            answers.write_text(self.shown(text), encoding="utf-8", errors="surrogateescape")

    def content(self, value: Any) -> Any:
        """The same in all texts of a clean message."""
        if isinstance(value, str):
            return self.shown(value)
        if isinstance(value, list):
            return [self.content(part) for part in value]
        if isinstance(value, dict):
            return {key: self.content(part) for key, part in value.items()}
        return value


def places_of(sandbox: Sandbox, roots: Mapping[str, str], running: Running) -> Places:
    """Those of a run: a tier that has a root of its own lacks only what is elsewhere."""
    return Places({} if sandbox.own_root else moved(roots), running.env, running.sock.parent)


def moved(roots: Mapping[str, str]) -> dict[str, str]:
    """Place → the folder that stands for it, with placeholders."""
    return {**SYSTEM, **{place: goal for place, goal in roots.items() if place.startswith("/")}}


def led_place(place: str, roots: Mapping[str, str]) -> str:
    """A folder where notebooks look, on a tier that does not have the place it lies in."""
    for root, goal in sorted(moved(roots).items(), reverse=True):
        if place == root or place.startswith(f"{root}/"):
            return goal + place[len(root) :]
    return place


def _filled(goal: str, own: Mapping[str, str]) -> str:
    for name, folder in own.items():
        goal = goal.replace(name, folder)
    return Path(goal).as_posix()
