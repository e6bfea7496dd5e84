"""Bulk downloads of platforms become submissions with the ids that the platforms know."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from grader.intake.sources import gather, owner

NOTEBOOK = b'{"cells": [], "nbformat": 4}'
SCRIPT = b"import tensorflow as tf\n"


def tree(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def ids(*paths: Path) -> list[str]:
    return [
        one.id
        for one in gather(
            paths, unpack_into=paths[0].parent / "unpacked", provided=["unittests.py"]
        )
    ]


LAYOUTS = {
    "gradescope": (
        ["assignment_7_export/submission_11/w.ipynb", "assignment_7_export/submission_12/a/x.py"],
        ["submission_11", "submission_12"],
    ),
    "canvas": (
        ["hopperg_LATE_33_44_work-1.ipynb", "lovelaceada_11_22_my_work_2.ipynb"],
        ["hopperg_33_44", "lovelaceada_11_22"],
    ),
    "moodle": (
        [
            "Ada Lovelace_123_assignsubmission_file/w.ipynb",
            "Grace Hopper_124_assignsubmission_file_/w.ipynb",
        ],
        ["Ada-Lovelace_123_assignsubmission_file", "Grace-Hopper_124_assignsubmission_file"],
    ),
    "moodle without folders": (
        [
            "Ada Lovelace_123_assignsubmission_file_w.ipynb",
            "Grace Hopper_124_assignsubmission_file_my_w.ipynb",
        ],
        ["Ada-Lovelace_123_assignsubmission_file", "Grace-Hopper_124_assignsubmission_file"],
    ),
    "nbgrader": (
        ["submitted/ada/week3/w.ipynb", "submitted/bob/week3/w.ipynb"],
        ["ada", "bob"],
    ),
    "one folder a student": (["ada/week3/w.ipynb", "bob/week3/w.ipynb"], ["ada", "bob"]),
    "one file a student": (["ada.ipynb", "Bob B.ipynb", "eve.ipynb.txt"], ["Bob-B", "ada", "eve"]),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_layout_gives_the_right_ids(tmp_path: Path, layout: str, packed: bool) -> None:
    """As a folder and as the zip that the platform sends."""
    names, wanted = LAYOUTS[layout]
    if packed:
        (tmp_path / "class.zip").write_bytes(zipped(**dict.fromkeys(names, NOTEBOOK + SCRIPT)))
        assert ids(tmp_path / "class.zip") == wanted
    else:
        assert ids(tree(tmp_path / "in", **dict.fromkeys(names, NOTEBOOK + SCRIPT))) == wanted


def test_the_folder_that_was_named_may_be_a_part_of_the_layout(tmp_path: Path) -> None:
    """`grader grade course/submitted` and `grader grade assignment_7_export`."""
    tree(tmp_path, **{"c/submitted/ada/w/x.ipynb": NOTEBOOK, "c/submitted/bob/w/x.ipynb": NOTEBOOK})
    assert ids(tmp_path / "c/submitted") == ["ada", "bob"]
    tree(tmp_path, **{"assignment_7_export/submission_1/x.ipynb": NOTEBOOK})
    assert ids(tmp_path / "assignment_7_export") == ["submission_1"]


def test_of_an_nbgrader_course_only_what_was_handed_in_is_graded(tmp_path: Path) -> None:
    """Not the source with its solution, nor what was graded before."""
    steps = ("source/w", "release/w", "submitted/ada/w", "autograded/ada/w")
    folder = tree(tmp_path / "course", **{f"{one}/x.ipynb": NOTEBOOK for one in steps})
    assert ids(folder) == ["ada"]


def test_several_notebooks_of_one_submission_are_all_there(tmp_path: Path) -> None:
    """Nothing is left out silently; the ids say whose they are."""
    names = ["submission_1/a.ipynb", "submission_1/b.ipynb", "submission_2/a.ipynb"]
    folder = tree(tmp_path / "assignment_7_export", **dict.fromkeys(names, NOTEBOOK))
    assert ids(folder) == ["submission_1-a", "submission_1-b", "submission_2"]


def test_archives_in_folders_and_archives_are_opened(tmp_path: Path) -> None:
    """Canvas's download holds the zip that a student handed in."""
    inner = zipped(**{"work/w.ipynb": NOTEBOOK})
    outer = zipped(**{"lovelaceada_11_22_work.zip": inner, "hopperg_33_44_w.ipynb": NOTEBOOK})
    (tmp_path / "submissions.zip").write_bytes(outer)
    assert ids(tmp_path / "submissions.zip") == ["hopperg_33_44", "lovelaceada_11_22"]
    folder = tree(tmp_path / "in", **{"lovelaceada_11_22_work.zip": inner})
    assert ids(folder) == ["lovelaceada_11_22"]


def test_an_unsafe_archive_of_one_student_does_not_stop_the_class(tmp_path: Path) -> None:
    """It becomes a submission that cannot be read: held, not forgotten, nothing written outside."""
    evil = zipped(**{"../../evil.ipynb": NOTEBOOK})
    files = {"eve_1_2_w.zip": evil, "ada_3_4_w.ipynb": NOTEBOOK, "b_5_6_w.zip": b"PK"}
    folder = tree(tmp_path / "in", **files)
    assert ids(folder) == ["ada_3_4", "b_5_6", "eve_1_2"]
    assert not list(tmp_path.rglob("evil.ipynb"))


def test_scripts_count_where_there_is_no_notebook(tmp_path: Path) -> None:
    """A module beside a notebook is none, nor one that was handed out."""
    folder = tree(
        tmp_path / "in",
        **{
            "ada/work.ipynb": NOTEBOOK, "ada/mine.py": SCRIPT, "bob/work.py": SCRIPT,
            "bob/unittests.py": SCRIPT, "eve/work.ipynb": NOTEBOOK, "eve/notes.py": b"x = 1",
        },
    )  # fmt: skip
    assert ids(folder) == ["ada", "bob", "eve"]


def test_scripts_and_notebooks_may_lie_in_one_folder(tmp_path: Path) -> None:
    """One file a student; a script of a notebook's name is the same work in another form."""
    files = {"ada.ipynb": NOTEBOOK, "bob.ipynb": NOTEBOOK, "eve.py": SCRIPT, "bob.py": SCRIPT}
    assert ids(tree(tmp_path / "in", **files)) == ["ada", "bob", "eve"]
    files = {"ada_1_2_w.ipynb": NOTEBOOK, "bob_3_4_w.py": SCRIPT, "ada_1_2_mine.py": SCRIPT}
    assert ids(tree(tmp_path / "canvas", **files)) == ["ada_1_2", "bob_3_4"]


@pytest.mark.parametrize(
    "parts", [("notes.ipynb",), ("a", "b", "c.ipynb"), ("submitted", "x.ipynb"), ("_1_2_",)]
)
def test_other_names_belong_to_nobody(parts: tuple[str, ...]) -> None:
    """Ids then come from files and folders."""
    assert owner(parts) == ""
