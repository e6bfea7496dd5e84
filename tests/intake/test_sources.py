"""Folders and zips become submissions with safe, stable, unique ids."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from grader.intake.sources import gather, safe_id
from grader.records import Bounds, IntakeError, archives


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    return folder


def ids(*paths: Path, unpack_into: Path) -> list[str]:
    return [source.id for source in gather(paths, unpack_into=unpack_into)]


def test_file_names_are_the_ids_where_they_differ(tmp_path: Path) -> None:
    """One file a student in one folder."""
    make(
        tmp_path / "in", "ada.ipynb", "Grace Hopper.ipynb", ".ipynb_checkpoints/ada.ipynb", "x.txt"
    )
    assert ids(tmp_path / "in", unpack_into=tmp_path / "u") == ["Grace-Hopper", "ada"]


def test_folder_names_are_the_ids_where_the_files_are_all_called_the_same(tmp_path: Path) -> None:
    """One folder a student, the same file in each."""
    make(tmp_path / "in", "ada/submission.ipynb", "bob/submission.ipynb")
    assert ids(tmp_path / "in", unpack_into=tmp_path / "u") == ["ada", "bob"]


def test_names_that_fall_together_are_told_apart(tmp_path: Path) -> None:
    """Two files with one safe name never share a run folder."""
    make(tmp_path / "in", "a b.ipynb", "a?b.ipynb", "A-b.ipynb")
    found = ids(tmp_path / "in", unpack_into=tmp_path / "u")
    assert len({name.lower() for name in found}) == len(found) == 3


def test_what_holds_no_notebook_is_named(tmp_path: Path) -> None:
    """A wrong path is one line, not an empty class."""
    with pytest.raises(IntakeError, match="no notebook"):
        gather([tmp_path], unpack_into=tmp_path / "u")
    with pytest.raises(IntakeError, match="does not exist"):
        gather([tmp_path / "nowhere"], unpack_into=tmp_path / "u")


def test_names_in_an_archive_that_are_no_text(tmp_path: Path) -> None:
    """A damaged zip is refused in words, whatever Python's zipfile makes of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("für.ipynb", b"{}")
    spoiled = made.getvalue().replace("ü".encode(), b"\xe3\x28")
    (tmp_path / "in.zip").write_bytes(spoiled)
    with pytest.raises(IntakeError, match="no archive"):
        gather([tmp_path / "in.zip"], unpack_into=tmp_path / "u")


def archive(path: Path, members: dict[str, bytes], *, link: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, "/etc/passwd")
    return path


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    """Only notebooks are unpacked."""
    path = archive(tmp_path / "class.zip", {"a/x.ipynb": b"{}", "b/x.ipynb": b"{}", "c.exe": b"MZ"})
    assert ids(path, unpack_into=tmp_path / "u") == ["a", "b"]
    assert not list((tmp_path / "u").rglob("*.exe"))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ipynb",
        "/evil.ipynb",
        "//evil.ipynb",
        "a/../../evil.ipynb",
        "..\\evil.ipynb",
        "C:\\e.ipynb",
    ],
)
def test_a_zip_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written outside the folder that was asked for."""
    path = archive(tmp_path / "class.zip", {name: b"{}"})
    with pytest.raises(IntakeError, match="leaves the archive"):
        gather([path], unpack_into=tmp_path / "u" / "deep")
    assert not list(tmp_path.rglob("evil.ipynb"))


@pytest.mark.slow
def test_links_bombs_and_broken_zips_are_refused(tmp_path: Path) -> None:
    """Each in one line."""
    with pytest.raises(IntakeError, match="link"):
        gather([archive(tmp_path / "l.zip", {}, link="a.ipynb")], unpack_into=tmp_path / "u")
    bomb = archive(tmp_path / "b.zip", {"a.ipynb": bytes(300 * 1024**2)})
    with pytest.raises(IntakeError, match="times its size"):
        gather([bomb], unpack_into=tmp_path / "u")
    (tmp_path / "c.zip").write_bytes(io.BytesIO(b"PK\x03\x04 broken").getvalue())
    with pytest.raises(IntakeError, match="no archive"):
        gather([tmp_path / "c.zip"], unpack_into=tmp_path / "u")


@given(st.text(max_size=120))
@settings(max_examples=60)
def test_an_id_is_always_a_safe_folder_name(text: str) -> None:
    """Whatever the file was called."""
    made = safe_id(text)
    assert made
    assert made not in (".", "..")
    assert all(c.isascii() and (c.isalnum() or c in "._-") for c in made)
    assert not made.startswith((".", "-"))


def test_the_folder_that_tells_students_apart_names_them(tmp_path: Path) -> None:
    """As in nbgrader's `submitted/<student>/<assignment>/<notebook>`; else both names do."""
    for student in ("ada", "bob"):
        place = tmp_path / student / "week3"
        place.mkdir(parents=True)
        (place / "nb.ipynb").write_text("{}")
    found = gather([tmp_path], unpack_into=tmp_path / "unpacked")
    assert [one.id for one in found] == ["ada", "bob"]
    (tmp_path / "ada" / "week3" / "more.ipynb").write_text("{}")
    found = gather([tmp_path], unpack_into=tmp_path / "unpacked")
    assert len({one.id for one in found}) == 3


def test_one_folder_a_student_names_them_whatever_the_files_are_called(tmp_path: Path) -> None:
    """Their file names tell them apart too, and change when somebody hands in again."""
    paths = ("ada/final.ipynb", "bob/work/mine.ipynb", "cy/a.ipynb", "cy/b.ipynb", "di/x.ipynb")
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    named = {source.shown: source.id for source in gather([tmp_path], unpack_into=tmp_path)}
    assert [named[path] for path in paths] == ["ada", "bob", "cy-a", "cy-b", "di"]


def test_a_folder_each_is_stronger_than_numbers_in_file_names(tmp_path: Path) -> None:
    """`hw_3_2.ipynb` looks like a file of Canvas's user 3."""
    make(tmp_path / "class", "ada/hw_3_2.ipynb", "bob/hw_3_2_final.ipynb", "cy/work.ipynb")
    assert ids(tmp_path / "class", unpack_into=tmp_path / "u") == ["ada", "bob", "cy"]


def test_an_archive_each_names_its_student(tmp_path: Path) -> None:
    """Without the archive's ending; files beside them have their own names."""
    make(tmp_path, "class/di.ipynb")
    for name in ("ada.zip", "Bob B.zip"):
        archive(tmp_path / "class" / name, {"work/final.ipynb": b"{}", "work/img/plot.png": b"?"})
    with tarfile.open(tmp_path / "class" / "cy.tar.gz", "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("x/other name.ipynb"))
    found = ids(tmp_path / "class", unpack_into=tmp_path / "u")
    assert found == ["Bob-B", "ada", "cy", "di"]


KINDS = ("a.pdf", "a.html", "a.htm", "a.docx", "a.txt", "a.png", "a.JPG", "a.heic", "a.rar", "a.7z",
         "a.csv", "a.ipynb.bak", "a", "a.pages")  # fmt: skip
RUBBISH = ("Thumbs.db", "desktop.ini", ".DS_Store", "~$a.docx", "__MACOSX/b.ipynb",
           ".ipynb_checkpoints/a-checkpoint.ipynb", "__pycache__/a.pyc", ".git/HEAD")  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", [*KINDS, *RUBBISH])
def test_whatever_was_handed_in_is_in_the_table(name: str, packed: bool, tmp_path: Path) -> None:
    """Whatever its kind; what a system left is no submission; a notebook's pictures are none."""
    names = ["ada/A.IPYNB", "ada/img/plot.png", "bob/work (1).ipynb", "bob/notes.txt", f"cy/{name}"]
    make(tmp_path / "class", *names)
    path = tmp_path / "class"
    if packed:
        path = archive(tmp_path / "class.zip", dict.fromkeys(names, b"{}"))
    wanted = ["ada", "bob", "cy"] if name in KINDS else ["ada", "bob"]
    assert sorted(ids(path, unpack_into=tmp_path / "u")) == wanted


@pytest.mark.parametrize("name", [each for each in KINDS if "." in each])
def test_a_platforms_name_is_enough(name: str, tmp_path: Path) -> None:
    """In a download without folders."""
    make(tmp_path / "class", "adal_11_101_a.ipynb", f"bobb_12_102_{name}", "plan.pdf", "list.csv")
    assert sorted(ids(tmp_path / "class", unpack_into=tmp_path / "u")) == [
        "adal_11_101",
        "bobb_12_102",
    ]


def test_canvas_numbers_each_file_of_a_person(tmp_path: Path) -> None:
    """Modules and pictures of somebody who handed in a notebook are no submissions; an anonymous
    id of digits keeps its word."""
    names = [
        "lovelaceada_101_9001_work.ipynb",
        "lovelaceada_101_9002_my_layers.py",
        "lovelaceada_101_9003_plot.png",
        "van_dermeerkim_LATE_102_9004_work-1.ipynb",
        "anon_48213_9006_work.ipynb",
        "byron_105_9007_work.py",
    ]
    for name in names:
        (tmp_path / name).write_text("import tensorflow")
    named = {source.shown: source.id for source in gather([tmp_path], unpack_into=tmp_path)}
    assert named == {
        names[0]: "lovelaceada_101_9001",
        names[3]: "van_dermeerkim_102_9004",
        names[4]: "anon_48213_9006",
        names[5]: "byron_105_9007",
    }


def test_nobody_who_handed_something_in_is_missing(tmp_path: Path) -> None:
    """A platform's names say whose a file is; one file of each person is enough to be held."""
    with tarfile.open(tmp_path / "bob_102_9002_work.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("work/final.ipynb"))
    for name in (
        "ada_101_9001_work.ipynb", "ada_101_9003_essay.pdf", "cy_103_9004_work.rar",
        "di_LATE_104_9005_page.html", "eve_105_9006_work.pdf", "eve_105_9007_more.pdf",
        "instructions.pdf", "roster.txt", "late.7z",
    ):  # fmt: skip
        (tmp_path / name).write_bytes(b"?")
    found = {source.id: source.shown for source in gather([tmp_path], unpack_into=tmp_path / "u")}
    assert found == {
        "ada_101_9001": "ada_101_9001_work.ipynb",
        "bob_102_9002": "bob_102_9002_work.tar.gz/work/final.ipynb",
        "cy_103_9004": "cy_103_9004_work.rar",
        "di_104_9005": "di_LATE_104_9005_page.html",
        "eve_105_9006": "eve_105_9006_work.pdf",
        "late": "late.7z",
    }


def test_a_folder_without_a_notebook_is_somebodys(tmp_path: Path) -> None:
    """In a class with a folder for each student; Moodle's texts belong to the files of a person."""
    make(tmp_path / "class", "ada/a.ipynb", "bob/b.ipynb", "cy/c.pdf", "cy/d.html", "plan.pdf")
    assert sorted(ids(tmp_path / "class", unpack_into=tmp_path / "u")) == ["ada", "bob", "cy"]
    make(
        tmp_path / "moodle",
        "Ada L_11_assignsubmission_file/a.ipynb",
        "Ada L_11_assignsubmission_onlinetext/onlinetext.html",
        "Bo B_12_assignsubmission_onlinetext/onlinetext.html",
    )
    assert sorted(ids(tmp_path / "moodle", unpack_into=tmp_path / "u")) == [
        "Ada-L_11_assignsubmission_file",
        "Bo-B_12_assignsubmission_onlinetext",
    ]


def test_archives_in_archives_have_one_bound_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are and however deep they lie; others in the class keep their own."""
    monkeypatch.setattr(archives, "HANDED_IN", Bounds(small_bytes=100_000, ratio=2, depth=9))
    inner = archive(tmp_path / "inner.zip", {"a.ipynb": bytes(40_000)}).read_bytes()
    middle = archive(tmp_path / "m.zip", {f"{n}.zip": inner for n in range(9)}).read_bytes()
    (tmp_path / "class").mkdir()
    archive(tmp_path / "class" / "eve.zip", {f"{n}.zip": middle for n in range(9)})
    archive(tmp_path / "class" / "ada.zip", {"a.zip": inner})
    found = gather([tmp_path / "class"], unpack_into=tmp_path / "u")
    written = sum(path.stat().st_size for path in (tmp_path / "u").rglob("*.ipynb"))
    assert written <= 3 * 40_000
    assert "ada.zip/a.zip/a.ipynb" in {source.shown for source in found}


def test_a_link_to_an_archive_is_not_followed(tmp_path: Path) -> None:
    """In a cloned repository it may lead to the work of somebody else; its owner is held."""
    make(tmp_path / "class", "bob/b.ipynb", "cy/c.ipynb")
    archive(tmp_path / "class" / "bob" / "work.zip", {"b2.ipynb": b"{}"})
    (tmp_path / "class" / "ada").mkdir()
    (tmp_path / "class" / "ada" / "work.zip").symlink_to("../bob/work.zip")
    found = gather([tmp_path / "class"], unpack_into=tmp_path / "u")
    (ada,) = [source.path for source in found if source.shown.startswith("ada")]
    assert ada == tmp_path / "class" / "ada" / "work.zip"


def test_who_is_called_in_other_letters_keeps_an_id(tmp_path: Path) -> None:
    """Alone and in company, and with the numbers by which platforms know them."""
    alone = make(tmp_path / "alone", "王芳/w.ipynb", "ada/w.ipynb")
    wang = ids(alone, unpack_into=tmp_path / "u")[1]
    every = make(
        tmp_path / "every", "李小龙/w.ipynb", "王芳/w.ipynb", "Нина/w.ipynb", "ada/w.ipynb"
    )
    found = ids(every, unpack_into=tmp_path / "u")
    assert wang in found
    assert len(set(found)) == len(found) == 4
    assert safe_id("李小龙_103_9007").endswith("_103_9007")
    assert safe_id("Müller") == safe_id("Mu\u0308ller") == "Muller"
    assert safe_id("🙂") != safe_id("🙃")


def test_a_long_name_keeps_its_end() -> None:
    """There platforms write whose it is."""
    names = [f"{'Maria de los Angeles ' * 6}{last}_12345_assignsubmission_file" for last in "AB"]
    made = [safe_id(name) for name in names]
    assert made[0] != made[1]
    assert all(name.endswith("_12345_assignsubmission_file") for name in made)
    assert all(len(name) <= 80 for name in made)


NOTEBOOK = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}]}'


def test_a_notebook_under_another_name_is_one(tmp_path: Path) -> None:
    """Beside the others of a class; not what belongs to a notebook, nor a text without cells."""
    make(tmp_path, "class/ada.ipynb", "class/bob.ipynb", "class/notes.json", "class/empty.txt")
    make(tmp_path, "class/eve/eve.ipynb")
    for name in ("cy.json", "di.txt", "ada.json", "eve/backup.json"):
        (tmp_path / "class" / name).write_text(NOTEBOOK)
    archive(tmp_path / "class" / "fay.zip", {"essay.exe": b"MZ"})
    left_out: list[str] = []
    found = gather([tmp_path / "class"], unpack_into=tmp_path / "u", left_out=left_out)
    assert left_out == ["empty.txt", "notes.json"]
    assert {source.shown for source in found} == {
        "ada.ipynb", "bob.ipynb", "cy.json", "di.txt", "eve/eve.ipynb", "fay.zip",
    }  # fmt: skip


def test_a_whole_course_in_an_archive_is_its_owners(tmp_path: Path) -> None:
    """Whatever folders are in it."""
    (tmp_path / "class").mkdir()
    archive(tmp_path / "class" / "ada.zip", {"c/w1/a.ipynb": b"{}", "c/w2/b.ipynb": b"{}"})
    archive(tmp_path / "class" / "bob.zip", {"w.ipynb": b"{}"})
    found = ids(tmp_path / "class", unpack_into=tmp_path / "u")
    assert found == ["ada-c-w1-a", "ada-c-w2-b", "bob-w"]


def test_the_archive_of_a_class_is_nobodys(tmp_path: Path) -> None:
    """The folders in it are the students'; of several archives each is told by its name."""
    students = {"ada/w.ipynb": b"{}", "bob/w.ipynb": b"{}", "cy/w.pdf": b"%PDF"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for path in ("one/class.zip", "two/monday.zip", "two/friday.zip"):
        archive(tmp_path / path, students)
    assert ids(tmp_path / "one", unpack_into=tmp_path / "u") == ["ada", "bob", "cy"]
    assert ids(tmp_path / "two", unpack_into=tmp_path / "v") == [
        f"{day}-{name}-w" for day in ("friday", "monday") for name in ("ada", "bob", "cy")
    ]
