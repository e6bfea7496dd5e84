"""Rosters as people and programs write them, and whom the file names of a download name."""

from __future__ import annotations

from pathlib import Path

import pytest
from platform_cases import one

from grader.platforms.shared import roster
from grader.platforms.shared.roster import Person
from grader.records import PlatformError

PEOPLE = {"ada": (Person("101"),), "bob": (Person("s-2"),), "cy": (Person("user1.0"),)}
WRITTEN = {
    "plainly": "submission,user\nada,101\nbob,s-2\ncy,user1.0\n",
    "by Excel": "\ufeffsubmission;user\r\nada;101\r\nbob;s-2\r\ncy;user1.0\r\n",
    "by pandas": ",submission,user\n0,ada,101.0\n1,bob,s-2\n2,cy,user1.0\n",
    "in capitals": "Submission\tUSER\nada\t101\nbob\ts-2\ncy\tuser1.0\n",
    "with hard spaces": "\u00a0submission , user\u00a0\nada\u00a0, 101\n bob,s-2\n cy,user1.0\n",
    "with more columns": 'name,user,submission\n"L, A",101,ada\n"B, B",s-2,bob\nC,user1.0,cy\n',
    "with empty lines": "submission,user\n\nada,101\n,\nbob,s-2\ncy,user1.0\n\n",
    "with an empty line first": ",\nSubmission,User\nada,101\nbob,s-2\ncy,user1.0\n",
    "with Excel's own line": "sep=;\nsubmission;user\nada;101,0\nbob;s-2\ncy;user1.0\n",
    "with line ends in cells": 'note,submission,user\n"a\nb",ada,101.00\n,bob,s-2\n,cy,user1.0\n',
    "with formulas that keep text": 'submission,user\nada,"=""101"""\nbob,"=""s-2"""\ncy,user1.0\n',
    "by an old Mac": "submission,user\rada,101\rbob,s-2\rcy,user1.0\r",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_roster_is_read(text: str, encoding: str, tmp_path: Path) -> None:
    """Whoever wrote it."""
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    assert roster.read({"roster": str(tmp_path / "roster.csv")}) == PEOPLE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"student,id\nada,1\n", "it says 'student', 'id'"),
        (b"user,submission,user\n1,ada,2\n", "must name"),
        (b"submission,user\nada,\n", "line 2: an empty cell"),
        (b"submission,user\nada,1\n\nada,2\n", "line 4: ada is listed twice"),
        (b"submission,user\nada,1.01E+17\n", "made of a longer number"),
        (b"submission,user\nada,1E+05\n", "made of a longer number"),
        (b"submission,user\nada,\xe9\n", "not UTF-8.*Save it as CSV UTF-8"),
        (b"PK\x03\x04\xff", "a workbook or an archive"),
        ("submission,user\nada,1\n".encode("utf-16-le"), "no text"),
        (b"\n\n", "it says"),
        (b"submission\nada\n", "it says 'submission'"),
        (b'submission,user\nada,"1\n', r"roster\.csv has a quote that never ends"),
        (b"", r"roster\.csv is empty"),
    ],
)
def test_what_was_seen_is_said(data: bytes, said: str, tmp_path: Path) -> None:
    """Nothing of it is used then."""
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(PlatformError, match=said):
        roster.read({"roster": str(tmp_path / "roster.csv")})


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("lovelaceada_101_9001", "101"),
        ("lovelaceada_101_9001-work", "101"),
        ("van_dermeerkim_102_9004", "102"),
        ("mullerjorg_103_9007", "103"),
        ("anon_Qr7Xz_9005", ""),
        ("anon_48213_9006", ""),
        ("anon_48213_9006-work", ""),
        ("notebook_2", ""),
        ("ada", ""),
    ],
)
def test_whom_a_name_of_canvas_names(name: str, user: str) -> None:
    """An anonymous id of digits is nobody's."""
    grade = one("perfect")
    submission = grade.submission.model_copy(update={"id": name, "file_name": "hw_3_2_a.ipynb"})
    assert roster.canvas_user(grade.model_copy(update={"submission": submission})) == user


EXPORT = """\
---
submission_11: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
  :submitters:
  - :name: Ada Lovelace
    :sid: '0101'
    :email: ADA@example.org
  :created_at: 2026-05-04 12:00:00.000000000 Z
  :score: !ruby/object:BigDecimal 18:0.1e2
  :status: processed
  :history: []
submission_12:
  :submitters:
  - :name: "Bob: B"
    :sid: 0102
    :email: bob@example.org
  - :name: Cy
    :sid:
    :email: cy@example.org
  - :name: Cy
    :sid: ~
    :email: cy@example.org
  :created_at: 2026-05-04 12:00:00.000000000 Z
submission_13:
  :submitters: []
"""


def test_gradescopes_metadata_says_who_handed_in(tmp_path: Path) -> None:
    """Everybody of a group, once; numbers keep their zeros."""
    (tmp_path / "submission_metadata.yml").write_text(EXPORT)
    assert roster.read({"roster": str(tmp_path / "submission_metadata.yml")}) == {
        "submission_11": (Person(number="0101", mail="ADA@example.org"),),
        "submission_12": (
            Person(number="0102", mail="bob@example.org", together=True),
            Person(mail="cy@example.org", together=True),
        ),
        "submission_13": (),
    }


@pytest.mark.parametrize(
    "text", ["", "- a\n", "a: b\n", "submission_1:\n  :status: x\n", "{", "a: [b"]
)
def test_another_file_of_yaml_is_refused(text: str, tmp_path: Path) -> None:
    """In words."""
    (tmp_path / "x.yml").write_text(text)
    with pytest.raises(PlatformError, match="no metadata of a Gradescope export"):
        roster.read({"roster": str(tmp_path / "x.yml")})
