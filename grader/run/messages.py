"""What the kernel says, made safe before anything else sees it.

Student code owns the kernel: it can send any bytes as a message. Here they become either a message
of a known type whose content has known types and bounded sizes, or nothing. A content that is
larger than a cell's budget is not even parsed. The signature is not looked at: its key lies in
memory of the student's process, so it proves nothing.
"""

import base64
import binascii
import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

DELIMITER = b"<IDS|MSG>"
FRAMES = 5
"""signature, header, parent header, metadata, content"""
HEADER_BYTES = 16_384
LINE_CHARS = 2_000
TRACEBACK_LINES = 60
NAME_CHARS = 200
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
SHORTENED = "application/vnd.notebook-grader.shortened+json"
ADAPTED = "application/vnd.notebook-grader.adapted+json"
"""Sent by inside/shims/notes.py; untrusted like everything else here."""
CUT = "grader_cut"
"""Type of what stands in for a content that was too large to be looked at."""
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)?|[@-Z\\-_])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

OF_THIS_MACHINE = sys.prefix
"""Where Python's packages lie, here and inside: tracebacks are full of it, and it is private."""
OF_A_CELL = re.compile(r"\(\d+\.py, line (\d+)\)")
"""IPython gives the code of a cell a file name, by which nobody else knows it."""

Message = dict[str, Any]
Content = dict[str, Any]


def parse(frames: Sequence[bytes], largest: int) -> Message | None:
    """A clean message, or None if these frames are none that the grader has a use for.

    Args:
        frames: the parts of one multipart message.
        largest: bytes of a content above which it is not parsed.
    """
    try:
        start = list(frames[:FRAMES]).index(DELIMITER) + 1
    except ValueError:
        return None
    parts = frames[start : start + FRAMES]
    if len(parts) < FRAMES or max(len(parts[1]), len(parts[2])) > HEADER_BYTES:
        return None
    header, parent = _object(parts[1]), _object(parts[2])
    if header is None or parent is None:
        return None
    kind = header.get("msg_type")
    clean = CLEANERS.get(kind) if isinstance(kind, str) else None
    if clean is None:
        return None
    if len(parts[4]) > largest:
        return _message(CUT, parent, {"bytes": len(parts[4])}) if kind in OUTPUTS else None
    content = _object(parts[4])
    cleaned = None if content is None else clean(content)
    return None if cleaned is None else _message(str(kind), parent, cleaned)


def _message(kind: str, parent: dict[str, Any], content: Content) -> Message:
    return {
        "header": {"msg_type": kind},
        "msg_type": kind,
        "parent_header": {"msg_id": text(parent.get("msg_id"), NAME_CHARS)},
        "metadata": {},
        "content": content,
    }


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def text(value: Any, limit: int) -> str:
    """A string that can be written as UTF-8: joined if it is a list of lines, cut at `limit`."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        return ""
    writable: str = value[:limit].encode("utf-8", errors="replace").decode("utf-8")
    return writable.replace(OF_THIS_MACHINE, "…")


def one_line(value: str, limit: int = 300) -> str:
    """One printable line without escape sequences, for tables and messages."""
    plain = CONTROL.sub("", ANSI.sub("", value.replace("\t", " ")).replace("\n", " "))
    plain = re.sub(r"\s{2,}", " ", plain).strip()
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def terminal(value: str) -> str:
    """What a terminal would show after `\\r` and `\\b`: the last state of each line."""
    lines = (line.rstrip("\r").rsplit("\r", 1)[-1] for line in value.split("\n"))
    return "\n".join(lines).replace("\b", "")


def _stream(content: Content) -> Content | None:
    name = content.get("name")
    if name not in ("stdout", "stderr") or not isinstance(content.get("text"), str):
        return None
    return {"name": name, "text": text(content["text"], len(content["text"]))}


def _display(content: Content) -> Content | None:
    data = content.get("data")
    if not isinstance(data, dict):
        return None
    for name, kind in (("shortened", SHORTENED), ("adapted", ADAPTED)):
        said = data.get(kind)
        if isinstance(said, dict):
            note = one_line(text(said.get("text"), LINE_CHARS))
            return {name: note} if note else None
    kept: dict[str, str] = {}
    for kind, magic in PICTURES.items():
        picture = _picture(data.get(kind), magic)
        if picture:
            kept[kind] = picture
    plain = data.get("text/plain")
    if isinstance(plain, (str, list)):
        kept["text/plain"] = text(plain, 10**9)
    return {"data": kept, "wait": False, "display_id": _display_id(content)} if kept else None


def _display_id(content: Content) -> str:
    transient = content.get("transient")
    named = transient.get("display_id") if isinstance(transient, dict) else None
    return text(named, NAME_CHARS)


def _picture(value: Any, magic: bytes) -> str:
    encoded = "".join(text(value, 10**9).split())
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return encoded if decoded.startswith(magic) else ""


def _error(content: Content) -> Content:
    lines = content.get("traceback")
    lines = lines if isinstance(lines, list) else []
    if len(lines) > TRACEBACK_LINES:
        lines = [*lines[: TRACEBACK_LINES // 2], "…", *lines[-TRACEBACK_LINES // 2 :]]
    return {
        "ename": one_line(text(content.get("ename"), NAME_CHARS)) or "Error",
        "evalue": OF_A_CELL.sub(r"(line \1)", text(content.get("evalue"), LINE_CHARS)),
        "traceback": [text(line, 10 * LINE_CHARS) for line in lines],
    }


def _status(content: Content) -> Content | None:
    state = content.get("execution_state")
    return {"execution_state": state} if state in ("busy", "idle", "starting") else None


def _reply(content: Content) -> Content:
    if content.get("status") == "ok":
        return {"status": "ok"}
    return {"status": "error", **_error(content)}


def _clear(content: Content) -> Content:
    return {"wait": content.get("wait") is True}


CLEANERS: dict[str, Callable[[Content], Content | None]] = {
    "stream": _stream,
    "display_data": _display,
    "execute_result": _display,
    "update_display_data": _display,
    "error": _error,
    "status": _status,
    "clear_output": _clear,
    "execute_reply": _reply,
    "kernel_info_reply": lambda content: {},
}
"""What is not named here (widgets, debugger, input requests …) is dropped."""
OUTPUTS = {"stream", "display_data", "execute_result", "update_display_data", "error"}
