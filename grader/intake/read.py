"""A submission as data: bounded, parsed, stripped of everything that is stored in it but its code.

Stored outputs and metadata are never evidence (they are kept from older code, from another order
of execution, or wiped) and often hold personal data, so they do not get past this module.
"""

import ast
import codecs
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.intake.marimo import cells_of
from grader.intake.no_notebook import (
    A_LINK,
    another_kind,
    explained,
    refuse_other_kinds,
    without_extra_commas,
)
from grader.intake.notebook import Cell, Kind, Notebook, parse_cell
from grader.intake.outside import brought_outside
from grader.intake.pieces import Piece, pieces_of
from grader.records import DEFINED_AGAIN, IntakeError, Submission

MAX_BYTES = 128 * 1024 * 1024
"""Stored outputs of real notebooks reach a few MB; what is larger than this is no homework."""
MAX_CELLS = 2000
MAX_SHOWN = 200
MAX_SOURCE_CHARS = 2_000_000
OLDEST_FORMAT, NEWEST_FORMAT = 2, 4
"""Of notebooks that Jupyter wrote so far."""
SCRIPT = ".py"
NOTHING = b"\0 \t\r\n\f\v"
"""Also zeros: so looks a file whose saving was interrupted by a full disk or a crash."""
BYTE_ORDER = {
    "utf-8-sig": (codecs.BOM_UTF8,),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
ASCII_SHARE = 0.4
"""UTF-16 of mostly Latin letters has a NUL in nearly every second byte."""
PERCENT = re.compile(r"^#\s*%%(.*)$", re.MULTILINE)
EXPORTED = re.compile(r"^# In\[[\d ]*\]:[ \t]*$", re.MULTILINE)
HEADER = re.compile(r"\A#\s*---\n(?:#.*\n)*?#\s*---\n")
COMMENTED_MAGIC = re.compile(r"^# ?([%!][A-Za-z.%].*)$", re.MULTILINE)
COMMENT = re.compile(r"^# ?", re.MULTILINE)
TOGETHER = 3
"""So many of what is graded make a cell one whose statements are run apart."""


def read_notebook(
    path: Path,
    *,
    submission_id: str,
    shown: str = "",
    graded_functions: tuple[str, ...] = (),
    objects: Mapping[str, Sequence[str]] = {},
    stop: str = "",
) -> tuple[Submission, Notebook]:
    """Read one notebook. Raises IntakeError, in words for its author, if it is none.

    shown: how the instructor knows the file, where its name does not say whose it is.
    objects: graded function → names under which flat code keeps what it would return. stop: word
    of the comment after whose cell nothing is graded; "" where the course has none.
    """
    notes: list[str] = []
    data, cells = _read(path, notes)
    cells = _stop_where_asked(cells, stop, notes) if stop else cells
    cells = [_set_apart(cell, graded_functions, objects, notes) for cell in cells]
    functions = _functions(cells, notes, graded_functions)
    if not functions.keys() & set(graded_functions):
        cells = brought_outside(cells, notes)
    submission = Submission(
        id=submission_id,
        file_name=(shown or path.name)[-MAX_SHOWN:],
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        functions=tuple(name for name in graded_functions if name in functions),
        notes=tuple(notes),
    )
    return submission, Notebook(cells=tuple(cells), functions=functions, stop=stop)


def read_cells(path: Path) -> list[Cell]:
    """The cells alone, as they stand in the file. Raises IntakeError, as `read_notebook` does."""
    return _read(path, [])[1]


def _read(path: Path, notes: list[str]) -> tuple[bytes, list[Cell]]:
    data = _bounded_bytes(path)
    refuse_other_kinds(data)
    text = _decoded(data, notes).lstrip()
    is_script = path.suffix.lower() == SCRIPT and not text.startswith("{")
    return data, _from_script(text, notes) if is_script else _from_json(_parse(text, notes), notes)


def _bounded_bytes(path: Path) -> bytes:
    try:
        if path.is_symlink() or not path.is_file():
            raise IntakeError(
                "This is not a regular file.", what_to_do="Hand in the notebook file itself."
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise IntakeError(
                f"The file has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read.",
                what_to_do="Clear the outputs of the notebook and hand it in again.",
            )
        data = path.read_bytes()
        if not data.strip(NOTHING):
            raise IntakeError(
                "The file is empty.", what_to_do="Save the notebook and hand it in again."
            )
        return data
    except OSError as problem:
        raise IntakeError(
            f"The file cannot be read ({problem.strerror or type(problem).__name__}).",
            what_to_do="Check its permissions.",
        ) from problem


def _decoded(data: bytes, notes: list[str]) -> str:
    """The text of a file: UTF-8, UTF-16 and UTF-32 with or without their marks; never raises."""
    encoding = next((name for name, marks in BYTE_ORDER.items() if data.startswith(marks)), "")
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


def _parse(text: str, notes: list[str]) -> dict[str, Any]:
    try:
        parsed, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as problem:
        mended = without_extra_commas(text) if text.startswith("{") else text
        try:
            parsed, end = json.JSONDecoder().raw_decode(mended)
        except (ValueError, RecursionError):
            raise explained(text, problem) from problem
        text = mended
        notes.append("The file had a comma too many, behind a last entry; it was left out.")
    if text[end:].strip():
        notes.append("There was text after the end of the notebook; it was ignored.")
    if isinstance(parsed, int | float):  # 404: Not Found
        raise explained(text, ValueError("a number"))
    return parsed if isinstance(parsed, dict) else {}


def _from_json(parsed: dict[str, Any], notes: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    total = 0
    for index, raw in enumerate(_raw_cells(parsed)):
        if not isinstance(raw, dict):
            notes.append(f"Cell {index + 1} is not a cell and was ignored.")
            continue
        kind = raw.get("cell_type")
        source = _text(raw.get("source", raw.get("input", "")))
        total += len(source)
        if total > MAX_SOURCE_CHARS:
            raise _too_long()
        kind = kind if kind in ("code", "markdown") else "raw"
        cells.append(Cell(index=index, kind=kind, source=source))
    major = parsed.get("nbformat", NEWEST_FORMAT)
    if not (isinstance(major, int) and OLDEST_FORMAT <= major <= NEWEST_FORMAT):
        raise IntakeError(
            f"The notebook says it has format {str(major)[:20]!r}; "
            f"formats {OLDEST_FORMAT} to {NEWEST_FORMAT} are known.",
            what_to_do="Open it in Jupyter, save it and hand it in again.",
        )
    return cells


def _raw_cells(parsed: dict[str, Any]) -> list[Any]:
    cells = parsed.get("cells")
    if cells is None and isinstance(parsed.get("worksheets"), list):  # nbformat 2 and 3
        cells = [
            cell
            for sheet in parsed["worksheets"]
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(cells, list):
        if "url" in parsed:
            raise another_kind(A_LINK)
        raise IntakeError(
            "The file is JSON, but it has no list of cells, so it is no notebook.",
            what_to_do="Hand in the .ipynb file itself.",
        )
    if len(cells) > MAX_CELLS:
        raise IntakeError(
            f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are graded.",
            what_to_do="Remove the cells that do not belong to the assignment.",
        )
    return cells


def _from_script(text: str, notes: list[str]) -> list[Cell]:
    """Cells of marimo, of Jupytext's percent format, of nbconvert's export, or one with any other
    script."""
    if len(text) > MAX_SOURCE_CHARS:
        raise _too_long()
    script = _text(text)
    parts: list[tuple[Kind, str]]
    if inner := list(cells_of(script)):
        form, parts = "a marimo notebook", [("code", source) for source in inner]
    elif PERCENT.search(script):
        form, parts = "a script in percent format", list(_percent(script))
    elif EXPORTED.search(script):
        form, parts = "a notebook that was exported as a script", list(_exported(script))
    else:
        form, parts = "a script", [("code", script)]
    if len(parts) > MAX_CELLS:
        raise _too_long()
    many = "one cell" if len(parts) == 1 else f"{len(parts)} cells"
    notes.append(f"This is {form}; it was graded as a notebook of {many}.")
    return [
        Cell(index=index, kind=kind, source=source, apart=form == "a script")
        for index, (kind, source) in enumerate(parts)
    ]


def _percent(text: str) -> Iterator[tuple[Kind, str]]:
    first, *parts = PERCENT.split(HEADER.sub("", text))
    if first.strip():
        yield "code", first.strip("\n")
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        source = body.strip("\n")
        if "[markdown]" in title or "[md]" in title or "[raw]" in title:
            yield "markdown", COMMENT.sub("", source)
        else:
            yield "code", COMMENTED_MAGIC.sub(r"\1", source)


def _exported(text: str) -> Iterator[tuple[Kind, str]]:
    """Before each `# In[3]:` stand the comments that were the markdown cell above it."""
    first, *rest = EXPORTED.split(text)
    if first.strip():
        yield "markdown", COMMENT.sub("", first.strip("\n"))
    for part in rest:
        yield "code", part.strip("\n")


def _too_long() -> IntakeError:
    return IntakeError(
        f"The notebook has more than {MAX_SOURCE_CHARS:,} characters of text.",
        what_to_do="Remove data that was pasted into cells.",
    )


def _text(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    lines = [line for line in parts if isinstance(line, str)]
    # programs that write notebooks forget the ends of lines; Jupyter never does
    text = "".join(lines) if any("\n" in line for line in lines) else "\n".join(lines)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # A lone surrogate is legal in JSON and in no encoding; it would stop every later write.
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _stop_where_asked(cells: list[Cell], stop: str, notes: list[str]) -> list[Cell]:
    """An assignment may allow a comment after whose cell nothing is graded."""
    comment = re.compile(rf"^\s*#\s*{re.escape(stop)}\b", re.MULTILINE)
    for position, cell in enumerate(cells):
        if cell.kind == "code" and comment.search(cell.source):
            notes.append(f"Cell {cell.index + 1} says `# {stop}`: cells after it were not run.")
            rest = [later.model_copy(update={"graded": False}) for later in cells[position + 1 :]]
            return cells[: position + 1] + rest
    return cells


def _set_apart(
    cell: Cell, graded: Sequence[str], objects: Mapping[str, Sequence[str]], notes: list[str]
) -> Cell:
    """A cell that holds most of what is graded is no cell but a script: it must not fall whole."""
    if cell.kind != "code" or cell.apart or len(graded) < 2:  # noqa: PLR2004 - one is no script
        return cell
    held = 0
    for name in graded:
        begins = "|".join(
            [rf"def {name}\(", *(rf"{kept} *=[^=]" for kept in objects.get(name, ()))]
        )
        held += re.search(rf"^(?:{begins})", cell.source, re.MULTILINE) is not None
    if held < min(TOGETHER, len(graded)):
        return cell
    notes.append(
        f"Cell {cell.index + 1} holds {held} graded parts: each of its statements was run by "
        "itself, so that one that fails costs no other."
    )
    return cell.model_copy(update={"apart": True})


def _functions(cells: list[Cell], notes: list[str], graded: tuple[str, ...]) -> dict[str, int]:
    """Function defined at the top level → index of the last cell that defines it."""
    functions: dict[str, int] = {}
    repeated: set[str] = set()
    for cell in cells:
        runs = cell.kind == "code" and cell.graded
        pieces = pieces_of(cell) if runs and cell.apart else [Piece(cell.source)] * runs
        trees = (parse_cell(piece.text) for piece in pieces)
        for node in (node for tree in trees if tree for node in tree.body):
            if isinstance(node, ast.FunctionDef):
                if node.name in functions:
                    repeated.add(node.name)
                functions[node.name] = cell.index
    notes.extend(
        f"{DEFINED_AGAIN.format(name=name)}; the last definition (cell {functions[name] + 1}) "
        "counts, as it does when the notebook runs from top to bottom."
        for name in graded
        if name in repeated
    )
    return functions
