"""Moodle's worksheet in place and its zip of feedback, in any language."""

# ruff: noqa: E501  (sheets as Moodle writes them)

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from platform_breaking import raw
from platform_cases import GOLDEN, copy_of_runs, send
from platform_files import moodle
from validators.moodle import problems

from grader.platforms.moodle import find_columns
from grader.platforms.shared.sheet import parse
from grader.records.errors import PlatformError

GOOD: Mapping[str, bytes] = moodle(GOLDEN / "moodle")
SWAPS = {
    "another title": (b"Bewertung,", b"Note,"),
    "a column more": (b"ID,", b"ID,ID2,"),
    "another identifier": (b"Teilnehmer/in 20", b"Teilnehmer/in 90"),
    "another name": (b"Pat Perfect", b"Pit Perfect"),
    "another address": (b"held@", b"hold@"),
    "another status": (b"Zur Bewertung abgegeben", b"Entwurf"),
    "another maximum": (b'"100,00"', b'"10,00"'),
    "another date": (b"4. Mai 2026", b"5. Mai 2026"),
    "the lock changed": (b",Ja,", b",Nein,"),
    "a point for a comma": (b'"88,2"', b'"88.2"'),
    "a word as a grade": (b'"88,2"', b'"gut"'),
    "NaN as a grade": (b'"88,2"', b'"nan"'),
    "above the maximum": (b'"88,2"', b'"882"'),
    "negative": (b'"88,2"', b'"-1"'),
    "a formula": (b'"88,2"', b'"=1"'),
    "a script in a comment": (b"<h3>88.2", b"<script>1</script><h3>88.2"),
    "a handler in a comment": (b"<h3>88.2", b'<h3 onclick=""x"">88.2'),
    "a tag left open": (b"<h3>88.2", b"<p><h3>88.2"),
    "control characters": (b"<h3>88.2", b"\x1b<h3>88.2"),
    "the byte order mark is gone": (b"\xef\xbb\xbf", b""),
    "other line ends": (b"\n", b"\r\n"),
    "semicolons": (b",", b";"),
    "no UTF-8": (b"Lou", b"L\xff"),
    "an open quote": (b'"Teilnehmer/in 27"', b'"Teilnehmer/in 27'),
}
NAMES = {
    "no participant": "Pat Perfect_99_assignfeedback_file/report.html",
    "no number": "Pat Perfect_x_assignfeedback_file/report.html",
    "an underscore in the name": "Pat_Perfect_20_assignfeedback_file/report.html",
    "no plugin": "Pat Perfect_20/report.html",
    "hidden": "Pat Perfect_20_assignfeedback_file/.report.html",
    "a path upwards": "../Pat Perfect_20_assignfeedback_file/report.html",
    "no folder": "report.html",
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_the_validator_refuses(swap: tuple[bytes, bytes]) -> None:
    """One place changed in a good file."""
    assert problems(GOOD) == []
    assert swap[0] in GOOD["filled"]
    assert problems(raw(GOOD, "filled", GOOD["filled"].replace(*swap, 1))) != []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_validator_refuses_names_in_the_zip(name: str) -> None:
    """What Moodle would skip in silence, or put elsewhere."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    assert problems(raw(GOOD, "feedback.zip", data.getvalue())) != []
    assert problems(raw(GOOD, "feedback.zip", b"PK")) != []


def test_names_are_made_fit_for_the_zip() -> None:
    """Moodle cuts at underscores, so a name may hold none."""
    with zipfile.ZipFile(io.BytesIO(GOOD["feedback.zip"])) as archive:
        assert archive.namelist() == [
            "Hank Hostile_25_assignfeedback_file/report.html",
            "Pat Perfect_20_assignfeedback_file/report.html",
        ]


ENGLISH = b"""Identifier,"Full name","Email address",Status,Group,Grade,"Maximum grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 7","Ada L",ada@example.org,"Submitted for grading",A,,10.00,Yes,"Monday, 4 May 2026, 12:00",-,
"Participant 8","Bob M",bob@example.org,"Submitted for grading",B,8.50,10.00,Yes,"Monday, 4 May 2026, 12:00","Tuesday, 5 May 2026, 9:00",well
"""
JAPANESE = "識別子,氏名,メール,状態,評点,最大評点,変更可,提出,更新,コメント\n参加者 1,A,a@e.jp,提出,,20.00,はい,-,-,\n参加者 2,B,b@e.jp,提出,,20.00,はい,-,-,\n"
TURKISH_WITHOUT = "Kimlik,Ad,E-posta,Durum,Not,En yüksek,Değişir,Son\nKatılımcı 1,A,a@e.tr,x,,20.00,Evet,-\nKatılımcı 2,B,b@e.tr,x,,20.00,Evet,-\n"


@pytest.mark.parametrize(
    ("text", "identifier", "grade", "comments", "comma"),
    [
        (ENGLISH, 0, 5, 10, False),
        (JAPANESE.encode(), 0, 4, 9, False),
        (TURKISH_WITHOUT.encode(), 0, 4, None, False),
        (GOOD["original"], 0, 4, 9, True),
    ],
    ids=["english", "japanese", "turkish without comments", "german"],
)
def test_columns_are_found_in_any_language(
    text: bytes, identifier: int, grade: int, comments: int | None, comma: bool
) -> None:
    """By what the cells say and where they stand, not by an English title."""
    found = find_columns(parse(text.decode()))
    assert (found.identifier, found.grade, found.comments) == (identifier, grade, comments)
    assert found.comma is comma


def test_a_doubtful_sheet_is_refused_until_it_is_named() -> None:
    """Without a maximum and an unknown title, the column must be named."""
    text = "Nº,Naam,Punten?,Iets\nDeelnemer 1,A,,x\nDeelnemer 2,B,,y\n"
    with pytest.raises(PlatformError, match="not clear"):
        find_columns(parse(text))
    assert find_columns(parse(text), "Punten?", "none").grade == 2
    with pytest.raises(PlatformError, match="Punten!"):
        find_columns(parse(text), "Punten!")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"a,b\n1,2\n", "Participant"), (b"a;b\nP 1;2\n", "commas"), (b"a,b\n", "no students")],
)
def test_another_file_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    """With the words that say what to download."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    with pytest.raises(PlatformError, match=message):
        send("moodle", tmp_path / "out", copy_of_runs(tmp_path), worksheet=str(path))


HEAD = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,{can},Last modified,Feedback comments"
DAY = '"Monday, 4 May 2026, 12:00 PM"'


@pytest.mark.parametrize(
    ("can", "yes", "no"),
    [("Grade can be changed", "Yes", "No"), ("Bewertung kann geändert werden", "Ja", "Nein"),
     ("成績を変更できます", "はい", "いいえ"), ("Whatever", "Yes", "Unheard-of")],
)  # fmt: skip
def test_a_locked_row_is_left_alone(can: str, yes: str, no: str, tmp_path: Path) -> None:
    """The instructor's own grade and comment stay, and it is said."""
    path = tmp_path / "sheet.csv"
    locked = f'"Participant 21",B,many-mistakes@example.edu,Handed in,70.00,100.00,{no},{DAY},"Agreed in person."'
    rows = [
        HEAD.format(can=can),
        f'"Participant 20",A,perfect@example.edu,Handed in,,100.00,{yes},{DAY},',
        locked,
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    receipt = send("moodle", tmp_path / "out", copy_of_runs(tmp_path), worksheet=str(path))
    status = {entry.submission: (entry.status, entry.message) for entry in receipt.entries}
    assert status["perfect"][0] == "sent"
    assert status["many-mistakes"][0] == "refused"
    assert no in status["many-mistakes"][1]
    text = (tmp_path / "out" / "sheet.csv").read_text(encoding="utf-8")
    assert locked in text
    assert "Handed in,100,100.00" in text


@pytest.mark.parametrize("state", ["Released", "Not marked", "Freigegeben"])
def test_a_workflow_state_is_no_lock(state: str, tmp_path: Path) -> None:
    """Its column stands before the one that says whether the grade can be changed."""
    path = tmp_path / "sheet.csv"
    head = HEAD.format(can="State,Grade can be changed")
    rows = [
        f'"Participant {number}",{login},{login}@example.edu,In,,100.00,{state},{can},{DAY},'
        for number, login, can in ((20, "perfect", "Yes"), (21, "many-mistakes", "No"))
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    receipt = send("moodle", tmp_path / "out", copy_of_runs(tmp_path), worksheet=str(path))
    status = {entry.submission: entry.status for entry in receipt.entries}
    assert (status["perfect"], status["many-mistakes"]) == ("sent", "refused")


def test_a_maximum_of_thousands(tmp_path: Path) -> None:
    """Scaled, in the notation of the sheet."""
    path = tmp_path / "sheet.csv"
    row = f'"Participant 20",A,perfect@example.edu,Handed in,,"1.000,00",Yes,{DAY},'
    path.write_text(f"{HEAD.format(can='x')}\n{row}\n", encoding="utf-8")
    send("moodle", tmp_path / "out", copy_of_runs(tmp_path), worksheet=str(path))
    assert 'Handed in,1000,"1.000,00"' in (tmp_path / "out" / "sheet.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("title", "first", "second"),
    [("Scale", "Poor, Fair, Good", "Poor, Fair, Good"), ("Maximum Grade", "0.00", "0.00"),
     ("Maximum Grade", "-", "-"), ("", "", "")],
)  # fmt: skip
def test_without_a_maximum_nothing_is_written(
    title: str, first: str, second: str, tmp_path: Path
) -> None:
    """A scale of words, or no grade at all: points would be numbers on another scale."""
    status, text = two_rows(tmp_path, title, first, second)
    assert [status[name][0] for name in ("perfect", "many-mistakes")] == ["refused", "refused"]
    assert "maximum grade" in status["perfect"][1]
    assert "<h3>" not in text


def test_each_row_has_its_maximum(tmp_path: Path) -> None:
    """Also beside a column of the institution that says one number everywhere."""
    status, text = two_rows(tmp_path, "Maximum Grade", "20.00", "10.00", department=",5")
    assert status["perfect"][0] == status["many-mistakes"][0] == "sent"
    assert ",20,20.00," in text
    assert ",6.5,10.00," in text


def test_a_short_row_is_left_alone(tmp_path: Path) -> None:
    """A program left out its last cells."""
    status, text = two_rows(tmp_path, "Maximum Grade", "20.00", "10.00", end="")
    assert status["many-mistakes"] == ("refused", "its line in the sheet has only 8 cells")
    assert status["perfect"][0] == "sent"
    assert ",20,20.00," in text


def two_rows(
    tmp_path: Path, title: str, first: str, second: str, *, department: str = "", end: str = ","
) -> tuple[Mapping[str, tuple[str, str]], str]:
    """(submission → (status, message), the filled worksheet) for two students whose column behind
    the grades has this title and says this; end: of the second row."""
    path = tmp_path / "sheet.csv"
    head = HEAD.format(can="Grade can be changed")
    head = head.replace(",Maximum Grade", f",{title}" if title else "")
    if department:
        head = head.replace("Full name", "Full name,ID number,Department")
    rows = [
        f'"Participant {number}",{login}{department and "," + department},{login}@example.edu,In,'
        f"{',' + said if title else ''},Yes,{DAY}{last}"
        for number, login, said, last in (
            (20, "perfect", f'"{first}"' if "," in first else first, ","),
            (21, "many-mistakes", f'"{second}"' if "," in second else second, end),
        )
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    receipt = send("moodle", tmp_path / "out", copy_of_runs(tmp_path), worksheet=str(path))
    status = {entry.submission: (entry.status, entry.message) for entry in receipt.entries}
    return status, (tmp_path / "out" / "sheet.csv").read_text(encoding="utf-8")
