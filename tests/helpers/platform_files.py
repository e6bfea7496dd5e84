"""A platform's output folder as the pieces that its platform reads one at a time."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import zipfile
import zlib
from pathlib import Path
from typing import Any

from PIL import Image
from platform_cases import INPUTS, one

from grader.platforms.lti import score_of

Pieces = dict[str, dict[str, bytes]]


def contents(folder: Path) -> dict[str, bytes]:
    """Relative name → bytes of every file below."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pieces(name: str, out: Path) -> Pieces:
    """Label → files, one entry for each thing that the platform's validator takes."""
    if name == "plain":
        return {"all": {k: v for k, v in contents(out).items() if k != "held.csv"}}
    if name == "canvas":
        return {"gradebook": canvas(out)}
    if name == "moodle":
        return {"worksheet": moodle(out)}
    if name == "nbgrader":
        return {"database": {"gradebook.db": database(out)}}
    depth = 2 if name == "coursera" else 1
    folders = {path.parent for path in out.rglob("*") if path.is_file() and path.parent != out}
    return {
        str(folder.relative_to(out)): contents(folder)
        for folder in sorted(folders)
        if len(folder.relative_to(out).parts) == depth
    }


def canvas(out: Path) -> dict[str, bytes]:
    """The gradebook before and after."""
    return {
        "original": (INPUTS / "canvas_gradebook.csv").read_bytes(),
        "filled": (out / "canvas_gradebook.csv").read_bytes(),
        "column": b"Horses vs Humans (4711)",
    }


def moodle(out: Path) -> dict[str, bytes]:
    """The worksheet before and after, and the zip."""
    return {
        "original": (INPUTS / "moodle_worksheet.csv").read_bytes(),
        "filled": (out / "moodle_worksheet.csv").read_bytes(),
        "grade": b"Bewertung",
        "comments": b"Feedback als Kommentar",
        "feedback.zip": (out / "feedback.zip").read_bytes(),
    }


def database(out: Path, extra: str = "") -> bytes:
    """The database, from the file or from its golden dump; `extra` is SQL to run on it."""
    connection = sqlite3.connect(":memory:")
    if (out / "gradebook.sql").exists():
        connection.executescript((out / "gradebook.sql").read_text())
    else:
        connection.deserialize((out / "gradebook.db").read_bytes())
    connection.executescript(extra)
    data = connection.serialize()
    connection.close()
    return data


def score(name: str = "many-mistakes", **changes: Any) -> dict[str, bytes]:
    """One LTI score as it would be posted."""
    body = score_of(one(name), "user-7", 20.0) | {"timestamp": "2026-05-04T12:00:00.001+00:00"}
    return {
        "body": json.dumps(body | changes).encode(),
        "url": b"https://lms.example/items/3/lineitem/scores?type_id=5",
        "line_item": b"https://lms.example/items/3/lineitem?type_id=5",
        "content_type": b"application/vnd.ims.lis.v1.score+json",
        "after": b"2026-05-04T12:00:00.000+00:00",
    }


def comparable(name: str, data: bytes) -> object:
    """A file's meaning where compression may differ from machine to machine, else its bytes."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}
    if b"data:image/png;base64," not in data:
        return data
    return re.sub(rb"data:image/png;base64,([A-Za-z0-9+/=]+)", _pixels, data)


def _pixels(match: re.Match[bytes]) -> bytes:
    with Image.open(io.BytesIO(base64.b64decode(match[1]))) as picture:
        return b"pixels %d" % zlib.crc32(picture.convert("RGB").tobytes())
