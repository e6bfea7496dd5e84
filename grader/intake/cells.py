"""Code of a cell as plain Python (without magics), and bytes of a file as text."""

from __future__ import annotations

import ast
import codecs
import re

MAGIC = re.compile(r"\s*[%!?]")
ASSIGNED = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*")
BYTE_ORDER = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ASCII_SHARE = 0.4
"""UTF-16 of mostly Latin letters has a NUL in nearly every second byte."""


def plain_python(source: str) -> str:
    """The same lines without magics and shell lines, their continuations included."""
    kept, going_on = [], False
    for line in source.split("\n"):
        if going_on or MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())] if not going_on else ""
            kept.append("" if going_on else f"{indent}pass")
            going_on = line.rstrip().endswith("\\")
        else:
            kept.append(ASSIGNED.sub(r"\1None", line))
    return "\n".join(kept)


def parse_cell(source: str) -> ast.Module | None:
    """Syntax tree of a cell without its magics and shell lines; None when it has none."""
    try:
        return ast.parse(plain_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def decoded(data: bytes, notes: list[str]) -> str:
    """The text of a file: UTF-8, UTF-16 and UTF-32 with or without their marks; never raises."""
    encoding = next((name for mark, name in BYTE_ORDER if data.startswith(mark)), "")
    if not encoding:
        head = data[:4000]
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if odd > ASCII_SHARE * len(head) / 2 > even:
            encoding = "utf-16-le"
        elif even > ASCII_SHARE * len(head) / 2 > odd:
            encoding = "utf-16-be"
    if encoding.startswith(("utf-16", "utf-32")):
        notes.append("The file was not UTF-8; it was read all the same.")
        return data.decode(encoding, errors="replace").lstrip("\ufeff")
    text = data.decode("utf-8-sig", errors="replace")
    if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
        notes.append("Some characters were not valid UTF-8 and were replaced.")
    return text
