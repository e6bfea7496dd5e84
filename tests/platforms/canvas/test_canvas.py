"""Canvas's gradebook in place, and what its validator refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from platform_breaking import raw
from platform_cases import GOLDEN, INPUTS, copy_of_runs, one, send
from platform_files import canvas
from validators.canvas import problems

from grader.platforms import PLATFORMS
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
    assert status["opaque"][0] == "refused"
    assert status["opaque"][1].startswith("0 students of the gradebook are '999'; `--option roster")
    assert sorted([status["perfect"][0], status["late"][0]]) == ["refused", "sent"]
    assert receipt.exit_status == 1


@pytest.mark.parametrize("data", [b"Name,ID\na,1\n", b"Student,ID\na,1\n", b"\xff\n"])
def test_another_file_is_refused(data: bytes, tmp_path: Path) -> None:
    """With the words that say how to export a gradebook."""
    book = tmp_path / "book.csv"
    book.write_bytes(data)
    with pytest.raises(PlatformError, match=r"gradebook|UTF-8"):
        send("canvas", tmp_path / "out", copy_of_runs(tmp_path), gradebook=str(book))


TITLES = "Student,ID,SIS User ID,SIS Login ID,Section,Horses vs Humans (4711),Current Score\n"


def filled(tmp_path: Path, rows: str) -> tuple[Mapping[str, tuple[str, str]], str]:
    """(submission → (status, message), the filled gradebook) for an export of these rows."""
    book = tmp_path / "book.csv"
    book.write_text(TITLES + rows, encoding="utf-8")
    receipt = send("canvas", tmp_path / "out", copy_of_runs(tmp_path), gradebook=str(book))
    status = {entry.submission: (entry.status, entry.message) for entry in receipt.entries}
    return status, (tmp_path / "out" / "book.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("possible", "cell", "points"),
    [
        ('"1,000.00"', "", "1000"), ('"1.000,00"', "", "1000"), ('"1 000,00"', "", "1000"),
        ('"1,000"', "950.00", "1000"), ('"1.000"', '"950,00"', "1000"), ('"2,5"', "", "2.5"),
    ],
)  # fmt: skip
def test_points_possible_of_any_country(
    possible: str, cell: str, points: str, tmp_path: Path
) -> None:
    """Thousands and decimals; where the number leaves a doubt, the column's others decide."""
    _, text = filled(
        tmp_path,
        f'    Points Possible,,,,,{possible},(read only)\n"Perfect, Pat",101,,,A,,\n'
        f'"Hostile, Hank",106,,,B,{cell},\n',
    )
    assert f'"Perfect, Pat",101,,,A,{points},' in text


@pytest.mark.parametrize("possible", ["", "0", "0.00", "N/A", '"1,000"', "-"])
def test_points_that_cannot_scale_are_refused(possible: str, tmp_path: Path) -> None:
    """With the cell named: 100 of 100 must not become 100 of 1,000."""
    with pytest.raises(PlatformError, match=r"line 2, column 6 .* points possible"):
        filled(tmp_path, f'    Points Possible,,,,,{possible},\n"Perfect, Pat",101,,,A,,\n')


def test_rows_that_are_odd(tmp_path: Path) -> None:
    """Empty rows, a student in two of them, one to whom the work is not assigned."""
    status, text = filled(
        tmp_path,
        ",,,,,,\n,,,,,Manual Posting,\n    Points Possible,,,,,20,(read only)\n"
        '"Perfect, Pat",101,,,A,,\n,,,,,,\n"Mistakes, Max",102,S2,,A,,\n'
        '"Opaque, Oz",105,,,B,N/A,\n"Mistakes, Max",102,S2,,"A and B",13.50,\n',
    )
    assert status["perfect"][0] == "sent"
    assert status["many-mistakes"][0] == "refused"
    assert "2 students of the gradebook are 'S2'" in status["many-mistakes"][1]
    assert status["opaque"][0] == "refused"
    assert "not assigned" in status["opaque"][1]
    assert '"Opaque, Oz",105,,,B,N/A,' in text
    assert '"Mistakes, Max",102,S2,,"A and B",13.50,' in text


def test_without_points_possible_nothing_is_written(tmp_path: Path) -> None:
    """Whoever took that row away took the scale with it."""
    with pytest.raises(PlatformError, match=r"no row .*Points Possible"):
        filled(tmp_path, '"Perfect, Pat",101,,,A,,\n')


def test_a_short_row_stops_nobody_else(tmp_path: Path) -> None:
    """Its last cells were left out with ours."""
    status, text = filled(
        tmp_path,
        '    Points Possible,,,,,20,(read only)\n"Perfect, Pat",101,,,A\n"Opaque, Oz",105,,,B,,\n',
    )
    assert status["perfect"] == ("refused", "its line in the sheet has only 5 cells")
    assert status["opaque"][0] == "sent"
    assert '"Perfect, Pat",101,,,A\n' in text


def test_a_file_name_tells_canvas_ids_alone(tmp_path: Path) -> None:
    """The same number may be somebody else's in the institution."""
    book = tmp_path / "book.csv"
    points = "    Points Possible,,,,,20,(read only)\n"
    book.write_text(TITLES + points + '"Other, O",900,101,,A,,\n"Pat",102,,,A,,\n')
    runs, grade = copy_of_runs(tmp_path), one("perfect")
    grades = [
        grade.model_copy(update={"submission": grade.submission.model_copy(update={"id": name})})
        for name in ("lovelaceada_101_9001", "hopperg_102_9002")
    ]
    options = {"gradebook": str(book), "column": "4711", "out": str(tmp_path / "out")}
    receipt = PLATFORMS["canvas"].send(grades, folder=runs, options=options, dry_run=True)
    assert [entry.status for entry in receipt.entries] == ["refused", "planned"]


@pytest.mark.parametrize("cell", ["EX", "ex"])
def test_whom_canvas_excuses_gets_no_number(cell: str, tmp_path: Path) -> None:
    """Somebody decided that there; who is exempt here too is left as it is."""
    status, text = filled(
        tmp_path,
        f'    Points Possible,,,,,20,(read only)\n"Perfect, Pat",101,,,A,{cell},\n'
        f'"Exempt, Ed",108,S8,,B,{cell},\n',
    )
    assert status["perfect"][0] == "refused"
    assert "exempt" in status["perfect"][1]
    assert status["exempt"][0] == "unchanged"
    assert f'"Perfect, Pat",101,,,A,{cell},' in text
