"""Canvas's gradebook in place, and what its validator refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from platform_breaking import raw
from platform_cases import GOLDEN, INPUTS, copy_of_runs, send
from platform_files import canvas
from validators.canvas import problems

from grader.records.errors import PlatformError

GOOD: Mapping[str, bytes] = canvas(GOLDEN / "canvas")
SWAPS = {
    "another title": (b"Horses vs Humans (4711)", b"Horses (4711)"),
    "a title twice": (b"Current Score", b"Horses vs Humans (4711)"),
    "a column before": (b"Student,ID", b"X,Student,ID"),
    "no section": (b",Section,", b",Group,"),
    "another name": (b'"Late, Lou"', b'"Late, Lu"'),
    "another id": (b",107,", b",108,"),
    "another assignment's grade": (b'morning",9.5,', b'morning",9.6,'),
    "a computed column": (b",88.1", b",88.2"),
    "points possible": (b",10,20,", b",10,30,"),
    "a grade for nobody": (b"Manual Posting,,", b"Manual Posting,5,"),
    "a word as a grade": (b",6.8,", b",six,"),
    "NaN as a grade": (b",6.8,", b",nan,"),
    "a negative grade": (b",6.8,", b",-6.8,"),
    "a percent sign": (b",6.8,", b",6.8%,"),
    "an erased grade": (b'"13"', b'""'),
    "a formula": (b",6.8,", b",=6.8,"),
    "EX misspelt": (b",EX,", b",EXC,"),
    "the held one gets a word": (b"A,7,,", b"A,7,held,"),
    "a row is gone": (b'"Student, Test",109,,0b1c2d,B,,,\r\n', b""),
    "a cell is gone": (b"cy@example.edu,B,,6.8,", b"cy@example.edu,B,6.8,"),
    "other quoting": (b'"A, morning"', b'"A, morning" '),
    "quotes taken away": (b'"13"', b"13"),
    "the byte order mark is gone": (b"\xef\xbb\xbf", b""),
    "other line ends": (b"\r\n", b"\n"),
    "no UTF-8": (b"Lou", b"L\xff"),
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_the_validator_refuses(swap: tuple[bytes, bytes]) -> None:
    """One place changed in a good file."""
    assert problems(GOOD) == []
    assert swap[0] in GOOD["filled"]
    assert problems(raw(GOOD, "filled", GOOD["filled"].replace(*swap, 1))) != []


def test_the_file_given_is_not_touched(tmp_path: Path) -> None:
    """A filled copy is written; writing over the export is refused."""
    book = tmp_path / "canvas_gradebook.csv"
    book.write_bytes((INPUTS / "canvas_gradebook.csv").read_bytes())
    with pytest.raises(PlatformError, match="another folder"):
        send("canvas", tmp_path, copy_of_runs(tmp_path), gradebook=str(book))
    assert book.read_bytes() == GOOD["original"]


def test_the_dry_run_shows_the_lines_that_change(tmp_path: Path) -> None:
    """As a diff between the last filled file and the next."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "canvas_gradebook.csv").write_bytes(GOOD["original"])
    receipt = send("canvas", out, runs, dry_run=True)
    diff = next(f.diff for f in receipt.files if f.path == "canvas_gradebook.csv")
    assert '+"Crashed, Cy",104,S4,cy@example.edu,B,,6.8,' in diff
    assert "Held" not in diff
    before = {entry.submission: (entry.before, entry.after) for entry in receipt.entries}
    assert before["many-mistakes"] == ("12.00", "13")
    assert before["exempt"] == ("", "EX")


@pytest.mark.parametrize(
    ("column", "message"), [("Essay", "0 columns"), ("88", "0 columns"), ("Section", "0 columns")]
)
def test_a_column_is_never_guessed(column: str, message: str, tmp_path: Path) -> None:
    """Canvas would make a new assignment out of an unknown title."""
    with pytest.raises(PlatformError, match=message):
        send("canvas", tmp_path / "out", copy_of_runs(tmp_path), column=column)


def test_a_computed_column_is_refused(tmp_path: Path) -> None:
    """Canvas ignores what is written there."""
    with pytest.raises(PlatformError, match="computed"):
        send("canvas", tmp_path / "out", copy_of_runs(tmp_path), column="Current Score")


def test_a_student_is_never_guessed(tmp_path: Path) -> None:
    """Nobody, or two submissions of one: refused, and the others go on."""
    people = tmp_path / "roster.csv"
    people.write_text("submission,user\nperfect,101\nlate,101\nopaque,999\n")
    receipt = send("canvas", tmp_path / "out", copy_of_runs(tmp_path), roster=str(people))
    status = {entry.submission: (entry.status, entry.message) for entry in receipt.entries}
    assert status["opaque"] == ("refused", "0 students of the gradebook are '999'")
    assert sorted([status["perfect"][0], status["late"][0]]) == ["refused", "sent"]
    assert receipt.exit_status == 1


@pytest.mark.parametrize("data", [b"Name,ID\na,1\n", b"Student,ID\na,1\n", b"\xff\n"])
def test_another_file_is_refused(data: bytes, tmp_path: Path) -> None:
    """With the words that say how to export a gradebook."""
    book = tmp_path / "book.csv"
    book.write_bytes(data)
    with pytest.raises(PlatformError, match=r"gradebook|UTF-8"):
        send("canvas", tmp_path / "out", copy_of_runs(tmp_path), gradebook=str(book))
