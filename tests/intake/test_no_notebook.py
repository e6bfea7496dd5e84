"""Files that are no notebooks are named for what they are; a comma too many is mended."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from grader.intake import read_notebook
from grader.records import IntakeError

BOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "source": ["x = [1, ]\n", "y = ',]'"], "metadata": {},
                   "outputs": [], "execution_count": None}],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    },
    indent=1,
)  # fmt: skip


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return data.getvalue()


KINDS = {
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is a PDF"),
    "office": (zipped(), "an office document"),
    "RAR": (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive"),
    "gzip": (gzip.compress(BOOK.encode()), "a compressed archive"),
    "weights": (b"\x89HDF\r\n\x1a\n\x00\x00", "a file of weights"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
    "RTF": (b"{\\rtf1\\ansi", "a word processor"),
    "page": (b"\n\n  <!DOCTYPE html>\n<html><head>", "a web page that a browser saved"),
    "page of old": (b"<HTML><BODY>", "a web page"),
    "script of a page": (b"<script>window.x = 1</script>", "a web page"),
    "page of XML": (b'<?xml version="1.0"?>\n<html>', "a web page"),
    "page with its pictures": (b"From: <Saved>\nSubject: x\nMIME-Version: 1.0\n", "a web page"),
    "link": (b"https://colab.research.google.com/drive/1abc?usp=sharing\n", "a link to a notebook"),
    "link of a desktop": (b"[InternetShortcut]\r\nURL=https://x", "a link to a notebook"),
    "link of a drive": (b'{"url": "https://colab.research.google.com"}', "a link to a notebook"),
    "not found": (b"404: Not Found", "what a server answers"),
    "patch": (b"diff --git a/a.ipynb b/a.ipynb\n", "a list of changes"),
    "code": (b"import os\n\n\ndef f():\n    return os\n", "holds Python code"),
    "blank": (b"  \n\n", "The file is empty"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Git LFS"),
    "conflict": (
        BOOK.replace("{}", "{}\n<<<<<<< HEAD\n=======\n>>>>>>> b\n", 1).encode(),
        "merge conflict of Git (`<<<<<<<` in line ",
    ),
    "conflict left open": (BOOK.replace("{}", "{}\n>>>>>>> theirs\n", 1).encode(), "`>>>>>>>`"),
    "truncated": (BOOK[: len(BOOK) // 2].encode(), "breaks off in the middle"),
    "truncated behind a brace": (
        BOOK[: BOOK.index("}") + 1].encode(), "breaks off in the middle"
    ),
    "text": (b"This is my homework.", "is a text, not a notebook"),
    "text with a title": (b"# Week 3\n\n```python\nx = 1\n```\n", "is a text"),
    "zeros": (b"\0" * 5000, "The file is empty"),
    "a list": (b"[]", "has no list of cells"),
    "a text in JSON": (json.dumps(BOOK).encode(), "has no list of cells"),
    "two commas": (BOOK.replace("{},", "{},,", 1).encode(), "not valid JSON"),
    "a missing comma": (BOOK.replace("{},", "{}", 1).encode(), "valid JSON"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "said"), KINDS.values(), ids=KINDS.keys())
def test_it_is_named_for_what_it_is(data: bytes, said: str, tmp_path: Path) -> None:
    """And what to hand in instead is said."""
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(data)
    with pytest.raises(IntakeError) as caught:
        read_notebook(path, submission_id="one")
    assert said in caught.value.message
    assert caught.value.what_to_do


def test_a_comma_too_many_is_left_out(tmp_path: Path) -> None:
    """Only one reading is possible; commas in the student's own text stay."""
    path = tmp_path / "notebook.ipynb"
    mistaken = BOOK.replace('"nbformat_minor": 4\n}', '"nbformat_minor": 4,\n}')
    mistaken = mistaken.replace("\"y = ',]'\"\n", "\"y = ',]'\",\n")
    assert mistaken.count(",") == BOOK.count(",") + 2
    path.write_text(mistaken)
    submission, notebook = read_notebook(path, submission_id="one")
    assert notebook.cells[0].source == "x = [1, ]\ny = ',]'"
    assert any("comma too many" in note for note in submission.notes)


@pytest.mark.slow
@pytest.mark.timeout(20)
def test_mending_takes_no_time_on_hostile_text(tmp_path: Path) -> None:
    """Neither open quotes nor rows of commas and spaces."""
    path = tmp_path / "notebook.ipynb"
    for tail in ('"' * 1_000_001, ("," + " " * 50) * 100_000, '"\\' * 500_000):
        path.write_text("{" + tail)
        with pytest.raises(IntakeError):
            read_notebook(path, submission_id="one")
