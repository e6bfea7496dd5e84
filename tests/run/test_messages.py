"""What the kernel sends becomes a clean message or nothing."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings, strategies as st

from grader.intake.read import Cell, Notebook
from grader.run.messages import (
    ADAPTED,
    CLEANERS,
    CUT,
    SHORTENED,
    one_line,
    parse,
    terminal,
    text,
)
from grader.run.outputs import CellOutputs, empty

LARGEST = 100_000
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=12,
)


def frames(kind: Any, content: Any, *, topic: bool = True) -> list[bytes]:
    """The parts of a multipart message as ipykernel sends them."""
    header = json.dumps({"msg_type": kind, "msg_id": "m"}).encode()
    parent = json.dumps({"msg_id": "p"}).encode()
    packed = content if isinstance(content, bytes) else json.dumps(content).encode()
    start = [b"kernel.x.stream"] if topic else []
    return [*start, b"<IDS|MSG>", b"sig", header, parent, b"{}", packed]


def content(kind: str, sent: Any) -> Any:
    """The clean content, or None when the message is dropped."""
    message = parse(frames(kind, sent), LARGEST)
    return None if message is None else message["content"]


def test_an_ordinary_stream_passes() -> None:
    """Text of a known stream, with the parent's id, from either channel's form."""
    for topic in (True, False):
        message = parse(frames("stream", {"name": "stdout", "text": "hi\n"}, topic=topic), LARGEST)
        assert message is not None
        assert message["parent_header"] == {"msg_id": "p"}
        assert message["content"] == {"name": "stdout", "text": "hi\n"}


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"a", b"b"],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"", b"[]", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"[" * 10_000, b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b'{"msg_type": ["stream"]}', b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b'{"msg_type": "stream"}' + b" " * 20_000, b"{}", b"{}", b"{}"],
        [b"x"] * 50 + [b"<IDS|MSG>", b"", b'{"msg_type": "stream"}', b"{}", b"{}", b"{}"],
        frames("stream", b"\xff\xfe"),
        frames("stream", b"[" * 50_000),
        frames("stream", b'{"text": ' + b"9" * 5000 + b"}"),
        frames("input_request", {"prompt": "?"}),
        frames("comm_open", {"comm_id": "1"}),
    ],
)
def test_what_is_no_message_is_nothing(parts: list[bytes]) -> None:
    """Missing parts, wrong types, deep nesting, long numbers, unknown kinds."""
    assert parse(parts, LARGEST) is None


@pytest.mark.slow
@given(kind=st.sampled_from(sorted(CLEANERS)), sent=JSON)
@settings(max_examples=120, deadline=None)
def test_any_json_as_content_gives_valid_notebook_outputs(kind: str, sent: Any) -> None:
    """Whatever JSON a message holds, what is kept of it is valid nbformat and valid UTF-8."""
    for wrapped in (sent, {"data": sent, "text": sent, "name": "stdout", "traceback": sent}):
        message = parse(frames(kind, wrapped), LARGEST)
        if message is None or kind in ("status", "execute_reply", "kernel_info_reply"):
            continue
        outputs = CellOutputs(LARGEST)
        outputs.add(message)
        node = empty(Notebook(cells=(Cell(index=0, kind="code", source="1"),)))
        node.cells[0].outputs = outputs.nodes()
        nbformat.validate(node)  # type: ignore[no-untyped-call]
        json.dumps(node).encode()


def test_only_text_and_real_pictures_are_kept() -> None:
    """HTML, SVG, scripts and false pictures are dropped from a display."""
    kept = content(
        "display_data",
        {
            "data": {
                "text/html": "<script>",
                "image/svg+xml": "<svg/>",
                "application/javascript": "x",
                "text/markdown": "<img onerror=x>",
                "image/png": PNG,
                "image/jpeg": base64.b64encode(b"GIF89a").decode(),
                "text/plain": ["a", "b", 3],
            }
        },
    )
    assert kept["data"] == {"image/png": PNG, "text/plain": "ab"}
    assert content("display_data", {"data": {"text/html": "<b>"}}) is None
    assert content("display_data", {"data": {"text/plain": {"a": 1}}}) is None


def test_a_large_content_is_not_parsed() -> None:
    """Of an output that is larger than the budget only its size is known."""
    message = parse(frames("stream", {"name": "stdout", "text": "x" * LARGEST}), LARGEST)
    assert message is not None
    assert message["msg_type"] == CUT
    assert parse(frames("status", {"execution_state": "x" * LARGEST}), LARGEST) is None


def test_errors_are_bounded_and_need_no_fields() -> None:
    """An empty error is one; a traceback of a thousand lines keeps its two ends."""
    assert content("error", {})["ename"] == "Error"
    unread = content("error", {"ename": "SyntaxError", "evalue": "x (3235392805.py, line 3)"})
    assert unread["evalue"] == "x (line 3)"
    long = content("error", {"ename": "E\x1b[31m", "evalue": "v", "traceback": ["x"] * 1000})
    assert len(long["traceback"]) < 100
    assert "\x1b" not in long["ename"]


def test_a_reply_is_ok_only_when_it_says_so() -> None:
    """Everything else is an error."""
    assert content("execute_reply", {"status": "ok", "payload": [1]}) == {"status": "ok"}
    assert content("execute_reply", {"status": 1})["status"] == "error"
    assert content("execute_reply", {})["status"] == "error"


@pytest.mark.parametrize(("kind", "name"), [(SHORTENED, "shortened"), (ADAPTED, "adapted")])
def test_what_was_changed_for_grading_is_one_plain_line(kind: str, name: str) -> None:
    """The note comes from the student's process: shown, cut and cleaned."""
    sent = {"data": {kind: {"text": "fit:\x1b[0m one\nstep"}, "text/plain": ""}}
    assert content("display_data", sent) == {name: "fit: one step"}
    assert content("display_data", {"data": {kind: {"text": 3}}}) is None
    outputs = CellOutputs(1000)
    for _ in range(9):
        outputs.add({"msg_type": "display_data", "content": {name: "fit: one step"}})
    assert getattr(outputs, name) == ["fit: one step"]


def test_text_can_always_be_written_and_names_no_path_of_this_machine() -> None:
    """Lone surrogates are replaced; where the packages lie is not shown."""
    assert text("a\ud800b", 10) == "a?b"
    assert sys.prefix not in text(f"File {sys.prefix}/lib/x.py", 1000)
    assert text({"a": 1}, 10) == ""


def test_one_line_has_no_escapes_and_is_cut() -> None:
    """ANSI, control characters and direction overrides go; lines are joined."""
    assert one_line("\x1b[0;31mKey\x1b[0m\tError\n 'a'\u202e\x07") == "Key Error 'a'"
    assert one_line("x" * 500, 10) == "x" * 9 + "…"
    assert one_line("\x1b]8;;http://x\x07link\x1b]8;;\x07") == "link"


def test_progress_bars_show_their_last_state() -> None:
    """A line that was overwritten shows what a terminal would."""
    assert terminal("1/3\r2/3\r3/3\nnext\b\b") == "3/3\nnext"
    assert terminal("a\r\nb\r\n") == "a\nb\n"
    assert terminal("x" * 2_000_000) == "x" * 2_000_000
