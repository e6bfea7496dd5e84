"""PrairieLearn's `results.json` (docs/externalGrading.md, externalGraderCommon.ts)."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

from validators.shape import Files, Look

MAX_BYTES = 1024 * 1024
TOP = ("gradable", "score", "message", "output", "format_errors", "images", "tests")
TEST = ("description", "points", "max_points", "message", "output", "images")
URL = "data:image/png;base64,"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def problems(files: Files) -> list[str]:
    """What PrairieLearn would refuse or misread; [] when nothing."""
    look = Look()
    if len(files.get("results.json", b"")) > MAX_BYTES:
        look.say("results.json", "is larger than 1 MiB")
    value = look.table(look.json(files, "results.json"), "results.json", (), TOP)
    if look.problems:
        return look.problems
    gradable = value.get("gradable", True)
    if not isinstance(gradable, bool):
        look.say("gradable", "is no boolean")
    if gradable is False:
        _not_gradable(look, value)
        return look.problems
    if "format_errors" in value:
        look.say("format_errors", "belongs to gradable: false")
    look.number(value.get("score"), "score", 0, 1)
    look.each(value, "results.json", ("message", "output"), look.text)
    look.rows(value.get("images", []), "images", lambda image, at: _image(look, image, at))
    tests = look.rows(value.get("tests", []), "tests", lambda test, at: _test(look, test, at))
    counted = {("points" in t, "max_points" in t) for t in tests if isinstance(t, dict)}
    if counted - {(True, True)} and counted != {(False, False)}:
        look.say("tests", "some lack points or max_points: no points would be shown for any")
    return look.problems


def _not_gradable(look: Look, value: dict[str, Any]) -> None:
    if "score" in value or "tests" in value:
        look.say("results.json", "what is not gradable has no score")
    errors = value.get("format_errors", value.get("message"))
    said = [errors] if isinstance(errors, str) else errors
    if not isinstance(said, list) or not said:
        look.say("format_errors", "nothing says why")
        return
    for index, text in enumerate(said):
        look.text(text, f"format_errors[{index}]", filled=True)


def _test(look: Look, value: Any, where: str) -> None:
    test = look.table(value, where, ("name",), TEST)
    look.text(test.get("name"), f"{where}.name", filled=True, most=500)
    look.each(test, where, ("description", "message", "output"), look.text)
    most = look.number(test["max_points"], f"{where}.max_points", 0) if "max_points" in test else 0
    if "points" in test:
        points = look.number(test["points"], f"{where}.points", 0)
        if "max_points" in test and points > most:
            look.say(where, "has more points than max_points")
    look.rows(test.get("images", []), f"{where}.images", lambda image, at: _image(look, image, at))


def _image(look: Look, value: Any, where: str) -> None:
    if isinstance(value, dict):
        look.table(value, where, ("url",), ("label",))
        look.text(value.get("label", ""), f"{where}.label", most=500)
        value = value.get("url")
    if not isinstance(value, str) or not value.startswith(URL):
        look.say(where, "is no PNG as a data URL")
        return
    try:
        data = base64.b64decode(value.removeprefix(URL), validate=True)
    except ValueError:
        look.say(where, "is no base64")
        return
    if not _is_png(data):
        look.say(where, "is a damaged PNG")


def _is_png(data: bytes) -> bool:
    """Signature, chunks with right checksums, IHDR first, IEND last."""
    kinds, at = [], len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 4 : at + 8 + length]
        crc = data[at + 8 + length : at + 12 + length]
        if crc != struct.pack(">I", zlib.crc32(body)):
            return False
        kinds.append(kind)
        at += 12 + length
    whole = data.startswith(SIGNATURE) and at == len(data)
    return whole and kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds
