"""What a file is that should be a notebook and is none, in the words of the one who handed it in.

Told by its first bytes and by what stands in it, never by its name. One harm is mended, as only one
reading is possible: a comma behind the last entry of a list or an object.
"""

import json
import re

from grader.intake.notebook import parse_cell
from grader.records import IntakeError

AGAIN = "Download the notebook again (File → Download → .ipynb) and hand that in."
BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive from which no notebook can be taken, or an office document",
    b"PK\x05\x06": "an empty archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a compressed archive",
    b"BZh": "a compressed archive",
    b"\xfd7zXZ": "a compressed archive",
    b"\x89HDF": "a file of weights or of a saved model",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "a document of a word processor",
}
"""First bytes → what such a file is."""
PAGE = re.compile(r"<[?!\w]|[\w-]+: .*\n(?:[\w-]+:.*\n|\s.*\n)*MIME-Version:", re.IGNORECASE)
A_LINK = "a link to a notebook, not the notebook itself"
LINK = re.compile(r"(\[InternetShortcut\]|https?://\S+\s*\Z|\{\s*\"url\":)")
NOT_THERE = re.compile(r"\d{3}:? [A-Z][\w ]{2,40}\s*\Z")
PATCH = re.compile(r"(diff --git |--- \S+\n\+\+\+ )")
IMPORT = re.compile(r"^(import|from) \w", re.MULTILINE)
LFS = "version https://git-lfs.github.com/spec/"
CONFLICT = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)
STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)|,(?=\s*[\]}])', re.DOTALL)
"""An open string is taken to the end of the text, so that nothing is looked at twice."""


def without_extra_commas(text: str) -> str:
    """The same text without commas behind a last entry; those in strings stay."""
    return STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)


def refuse_other_kinds(data: bytes) -> None:
    """IntakeError for bytes that begin like another kind of file."""
    what = next((what for start, what in BINARY.items() if data.startswith(start)), "")
    if what:
        raise IntakeError(
            f"The file is {what}, not a notebook.", what_to_do="Hand in the .ipynb file itself."
        )


def another_kind(what: str) -> IntakeError:
    """what: the file is, in words."""
    return IntakeError(f"The file is {what}.", what_to_do=AGAIN)


def explained(text: str, problem: Exception) -> IntakeError:
    """What the text is instead of a notebook. problem: of reading it as JSON."""
    for kind, what in (
        (PAGE, "a web page that a browser saved, not the notebook that it shows"),
        (LINK, A_LINK),
        (NOT_THERE, "what a server answers that does not have it, not a notebook"),
        (PATCH, "a list of changes (a diff), not the notebook that they lead to"),
    ):
        if kind.match(text):
            return another_kind(what)
    if text.startswith(LFS):
        return IntakeError(
            "The file is a pointer of Git LFS: it names the notebook and does not hold it.",
            what_to_do="Run `git lfs pull` and hand in the file that is there then.",
        )
    conflict = CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return IntakeError(
            f"The notebook holds a merge conflict of Git (`{conflict[1]}` in line {line}): two "
            "versions stand in it.",
            what_to_do="Choose one of them, open the notebook to see that it works, and hand it "
            "in again.",
        )
    cut = isinstance(problem, json.JSONDecodeError) and problem.pos >= len(text.rstrip())
    if text.startswith("{") and (cut or not text.rstrip().endswith("}")):
        return IntakeError(
            "The notebook breaks off in the middle: it was not saved or downloaded to its end.",
            what_to_do=AGAIN,
        )
    if IMPORT.search(text) and parse_cell(text):
        return IntakeError(
            "The file holds Python code and no notebook around it.",
            what_to_do="Hand in the notebook itself, or the code in a file that ends in .py.",
        )
    broken = f"not a notebook: it is not valid JSON ({_reason(problem)})"
    return another_kind(broken if text.startswith(("{", "[", '"')) else "a text, not a notebook")


def _reason(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg}, line {problem.lineno}"
    return "nested too deeply" if isinstance(problem, RecursionError) else "a number is too long"
