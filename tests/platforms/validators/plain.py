"""The plain files: rectangular CSV without formulas, strict JSON Lines, the three agreeing."""

from __future__ import annotations

import csv
import io
import re

from validators.shape import Files, Look

STATUSES = ("graded", "held", "exempt")
GRADES = ("submission", "assignment", "status", "points", "max_points", "percent", "held_because",
          "run", "revision", "file_name", "sha256", "comments")  # fmt: skip
VERDICTS = ("submission", "criterion", "title", "status", "points", "max_points", "message",
            "objective", "cause")  # fmt: skip
NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA = tuple("=+-@|%＝＋－＠\t")
ROUNDING = 0.005
NUMBERS = ("points", "max_points", "percent")


def problems(files: Files) -> list[str]:
    """What pandas or a spreadsheet would misread; [] when nothing."""
    look = Look()
    grades = _sheet(look, files, "grades.csv", GRADES)
    verdicts = _sheet(look, files, "verdicts.csv", VERDICTS)
    for at, row in enumerate(grades):
        where = f"grades.csv[{at}]"
        look.one_of(row["status"], where, STATUSES)
        if (row["status"] == "graded") != bool(row["points"]):
            look.say(where, "points are there if and only if it is graded")
        if not re.fullmatch(r"[0-9a-f]{64}", row["sha256"]):
            look.say(where, "sha256 is none")
        _bounded(look, row, where)
    for at, row in enumerate(verdicts):
        _bounded(look, row, f"verdicts.csv[{at}]")
    names = [row["submission"] for row in grades]
    if len(set(names)) != len(names):
        look.say("grades.csv", "a submission stands twice")
    if {row["submission"] for row in verdicts} - set(names):
        look.say("verdicts.csv", "names a submission that grades.csv lacks")
    _lines(look, files, {row["submission"]: row["points"] for row in grades})
    return look.problems


def _bounded(look: Look, row: dict[str, str], where: str) -> None:
    if row["points"] and NUMBER.fullmatch(row["points"]) and float(row["points"]) < 0:
        look.say(where, "has negative points")


def _sheet(look: Look, files: Files, name: str, titles: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        text = files[name].decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (KeyError, UnicodeDecodeError, csv.Error) as problem:
        look.say(name, f"cannot be read: {problem}")
        return []
    if not rows or tuple(rows[0]) != titles:
        look.say(name, "has other titles")
        return []
    found = []
    for at, row in enumerate(rows[1:]):
        if len(row) != len(titles):
            look.say(f"{name}[{at}]", f"has {len(row)} cells")
            continue
        cells = dict(zip(titles, row, strict=True))
        _cells(look, cells, f"{name}[{at}]")
        found.append(cells)
    return found


def _cells(look: Look, cells: dict[str, str], where: str) -> None:
    for title, text in cells.items():
        look.text(text, f"{where}.{title}")
        if title in NUMBERS:
            if text and not NUMBER.fullmatch(text):
                look.say(f"{where}.{title}", "is no number")
        elif text.startswith(FORMULA) or "\n" in text:
            look.say(f"{where}.{title}", "starts a formula or has more than one line")


def _lines(look: Look, files: Files, points: dict[str, str]) -> None:
    data = files.get("grades.jsonl", b"")
    if not data.endswith(b"\n"):
        look.say("grades.jsonl", "is missing or ends within a line")
    seen = set()
    for at, text in enumerate(data.split(b"\n")[:-1]):
        where = f"grades.jsonl[{at}]"
        value = look.json({where: text}, where)
        if not isinstance(value, dict) or value.get("submission") not in points:
            look.say(where, "is no grade of grades.csv")
            continue
        seen.add(value["submission"])
        said = points[value["submission"]]
        given = value.get("points")
        if not (_agree(given, said) or (given is None and not said)):
            look.say(where, "has other points than grades.csv")
    if seen != set(points):
        look.say("grades.jsonl", "lacks a submission")


def _agree(given: object, said: str) -> bool:
    """The CSV rounds to two decimals."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return False
    return bool(NUMBER.fullmatch(said)) and abs(given - float(said)) <= ROUNDING
