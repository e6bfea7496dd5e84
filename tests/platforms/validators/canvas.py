"""A filled Canvas gradebook against the one that was downloaded (lib/gradebook_importer.rb)."""

from __future__ import annotations

import csv
import io
import re

from validators.shape import Files, Look

CELL = re.compile(r"(\d+([.,]\d+)?|EX|)")
BOM = b"\xef\xbb\xbf"
HEADS = (["Student", "ID"], ["LastName", "FirstName", "ID"])


def problems(files: Files) -> list[str]:
    """`original`, `filled` and `column` (its title, as bytes): what Canvas would misread, and
    every change that is not ours to make; [] when nothing."""
    look = Look()
    before, after = _rows(look, files, "original"), _rows(look, files, "filled")
    if look.problems:
        return look.problems
    if after[0] != before[0]:
        look.say("filled", "has other titles")
    if not any(after[0][: len(head)] == head for head in HEADS) or "Section" not in after[0]:
        look.say("filled", "does not begin like a gradebook")
        return look.problems
    title = files["column"].decode()
    if after[0].count(title) != 1:
        look.say("filled", f"has not just one column {title}")
        return look.problems
    column = after[0].index(title)
    if column <= after[0].index("Section"):
        look.say("filled", "the column is no assignment")
    if len(before) != len(after):
        look.say("filled", "has other rows")
        return look.problems
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        _row(look, old, new, column, at)
    _bytes(look, files, column)
    return look.problems


def _rows(look: Look, files: Files, name: str) -> list[list[str]]:
    try:
        text = files[name].removeprefix(BOM).decode("utf-8")
        separator = ";" if text.split("\n")[0].count(";") > text.split("\n")[0].count(",") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (KeyError, UnicodeDecodeError, csv.Error) as problem:
        look.say(name, f"cannot be read: {problem}")
        return []
    if len(rows) <= 1:
        look.say(name, "has no students")
    return rows


def _row(look: Look, old: list[str], new: list[str], column: int, at: int) -> None:
    where = f"line {at + 1}"
    if len(old) != len(new):
        look.say(where, "has another number of cells")
        return
    if old[:column] + old[column + 1 :] != new[:column] + new[column + 1 :]:
        look.say(where, "a cell of another column changed")
    if old[column] == new[column]:
        return
    if "Points Possible" in new[0] or not new[0].strip():
        look.say(where, "is no student's")
    if not CELL.fullmatch(new[column]) or not new[column]:
        look.say(where, f"{new[column]!r} is no grade")


def _bytes(look: Look, files: Files, column: int) -> None:
    """Outside our column's digits nothing changed: quoting, line ends, byte order mark."""
    old, new = files["original"], files["filled"]
    if old.startswith(BOM) != new.startswith(BOM):
        look.say("filled", "the byte order mark changed")
    if old.count(b"\r\n") != new.count(b"\r\n") or old.count(b"\n") != new.count(b"\n"):
        look.say("filled", "line ends changed")
    ends = b"\r\n" if b"\r\n" in old else b"\n"
    for at, (one, other) in enumerate(zip(old.split(ends), new.split(ends), strict=False)):
        if one.count(b'"') != other.count(b'"'):
            look.say(f"line {at + 1}", "quotes changed")
