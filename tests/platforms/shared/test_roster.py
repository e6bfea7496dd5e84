"""Rosters as people and programs write them, and whom the file names of a download name."""

from __future__ import annotations

from pathlib import Path

import pytest
from platform_cases import one

from grader.platforms.shared import roster
from grader.records import PlatformError

PEOPLE = {"ada": "101", "bob": "s-2", "cy": "user1.0"}
WRITTEN = {
    "plainly": "submission,user\nada,101\nbob,s-2\ncy,user1.0\n",
    "by Excel": "\ufeffsubmission;user\r\nada;101\r\nbob;s-2\r\ncy;user1.0\r\n",
    "by pandas": ",submission,user\n0,ada,101.0\n1,bob,s-2\n2,cy,user1.0\n",
    "in capitals": "Submission\tUSER\nada\t101\nbob\ts-2\ncy\tuser1.0\n",
    "with hard spaces": "\u00a0submission , user\u00a0\nada\u00a0, 101\n bob,s-2\n cy,user1.0\n",
    "with more columns": 'name,user,submission\n"L, A",101,ada\n"B, B",s-2,bob\nC,user1.0,cy\n',
    "with empty lines": "submission,user\n\nada,101\n,\nbob,s-2\ncy,user1.0\n\n",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_roster_is_read(text: str, tmp_path: Path) -> None:
    """Whoever wrote it."""
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert roster.read({"roster": str(tmp_path / "roster.csv")}) == PEOPLE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"student,id\nada,1\n", "it says 'student', 'id'"),
        (b"user,submission,user\n1,ada,2\n", "must name"),
        (b"submission,user\nada,\n", "line 2: an empty cell"),
        (b"submission,user\nada,1\n\nada,2\n", "line 4: ada is listed twice"),
        (b"submission,user\nada,1.01E+17\n", "made of a longer number"),
        (b"submission,user\nada,\xe9\n", "not UTF-8"),
        (b'submission,user\nada,"1\n', "never ends"),
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
        ("lovelaceada_101_9001_notebook.ipynb", "101"),
        ("van_dermeerkim_LATE_102_9004_notebook-1.ipynb", "102"),
        ("müllerjörg_103_9007_notebook (2).ipynb", "103"),
        ("anon_Qr7Xz_9005_notebook.ipynb", ""),
        ("anon_48213_9006_notebook.ipynb", ""),
        ("anon_LATE_48213_9006_notebook.ipynb", ""),
        ("notebook_2.ipynb", ""),
    ],
)
def test_whom_a_name_of_canvas_names(name: str, user: str) -> None:
    """An anonymous id of digits is nobody's."""
    grade = one("perfect")
    submission = grade.submission.model_copy(update={"file_name": name})
    assert roster.canvas_user(grade.model_copy(update={"submission": submission})) == user
