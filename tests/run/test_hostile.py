"""Notebooks that flood, forge and hang, in a real sandbox, without TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from notebook_runs import run_cells

from grader.sandbox import Sandbox, choose

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose("auto")


@pytest.mark.parametrize(
    "flood", ["while True: print('x' * 1000)", "print('x' * 9_000_000)", "while True: display(1)"]
)
def test_a_flood_ends_the_run(sandbox: Sandbox, tmp_path: Path, flood: str) -> None:
    """Whether in one message, in large ones or in small ones."""
    done = run_cells(sandbox, tmp_path, flood, "1", output_mb=4, cell_output_mb=1)
    assert (done.run.status, done.run.limit, done.run.cell) == ("output_limit", "output_mb", 0)
    assert done.statuses == ["killed", "not_run"]
    assert (done.folder / "executed.ipynb").stat().st_size < 3_000_000


FORGED = """
kernel = get_ipython().kernel
parent = kernel.get_parent()
for kind, content in [
    ("display_data", {"data": {"text/plain": {"a": 1}}, "metadata": {}}),
    ("display_data", {"data": {"text/html": "<script>alert(1)</script>", "text/plain": "kept"}}),
    ("display_data", {"data": {"image/svg+xml": "<svg onload=alert(1)>"}, "transient": None}),
    ("display_data", {"data": {"image/png": "bm90IGEgcG5n"}}),
    ("display_data", {"data": [1]}),
    ("update_display_data", {"data": {"text/plain": "x"}, "transient": {"display_id": ["q"]}}),
    ("stream", {"name": "stdin", "text": "no"}),
    ("stream", {"name": "stdout", "text": {"a": 1}}),
    ("error", {}),
    ("execute_result", {"execution_count": "many"}),
    ("status", {"execution_state": ["idle"]}),
    ("comm_open", {"comm_id": 1}),
    ("no_such_thing", {"a": 1}),
]:
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
kernel.iopub_thread.send_multipart([b"not", b"a", b"message"])
kernel.iopub_thread.send_multipart([b"<IDS|MSG>", b"", b"[" * 100000, b"{}", b"{}", b"{}"])
"""


def test_forged_messages_neither_stop_nor_mark_the_run(sandbox: Sandbox, tmp_path: Path) -> None:
    """Wrong types, wrong MIME types, garbage: what is known and clean stays."""
    done = run_cells(sandbox, tmp_path, FORGED, "print('next')")
    assert done.run.status == "finished"
    assert done.text(1) == "next\n"
    written = (done.folder / "executed.ipynb").read_text()
    outputs = json.dumps([cell["outputs"] for cell in json.loads(written)["cells"]])
    assert "kept" in outputs
    for refused in ("script", "svg", "bm90", "no_such"):
        assert refused not in outputs


def test_garbage_on_the_wire_is_the_students_doing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Bytes that are no ZeroMQ break the connection: the run died, and it is no fault of ours."""
    garbage = (
        "import os, socket\n"
        "for number in range(3, 100):\n"
        "    try:\n"
        "        own = socket.socket(fileno=os.dup(number))\n"
        "        if own.family == socket.AF_UNIX: own.sendall(b'\\xff' * 100000)\n"
        "    except OSError: pass\n"
        "import time; time.sleep(30)"
    )
    done = run_cells(sandbox, tmp_path, garbage, "print(1)")
    assert (done.run.status, done.run.party) == ("died", "student")
    assert done.statuses == ["killed", "not_run"]


def test_an_endless_message_ends_the_run(sandbox: Sandbox, tmp_path: Path) -> None:
    """A multipart message that never ends is counted on the wire and not collected for ever."""
    endless = (
        "import os, socket\n"
        "frame = bytes([3]) + (10**6).to_bytes(8, 'big') + b'x' * 10**6\n"
        "import threading\n"
        "def pour(own):\n"
        "    try:\n"
        "        own.setblocking(True)\n"
        "        while True: own.sendall(frame)\n"
        "    except OSError: pass\n"
        "for number in range(3, 100):\n"
        "    try: own = socket.socket(fileno=os.dup(number))\n"
        "    except OSError: continue\n"
        "    if own.family == socket.AF_UNIX: threading.Thread(target=pour, args=(own,)).start()\n"
        "import time; time.sleep(60)"
    )
    done = run_cells(sandbox, tmp_path, endless, "1", output_mb=1, cell_output_mb=1)
    assert done.run.status in ("output_limit", "died")
    assert done.run.party == "student"
    assert done.run.cells[0].seconds < 50


def test_a_hanging_ask_is_cut_and_keeps_what_was_written(sandbox: Sandbox, tmp_path: Path) -> None:
    """The answers that were written before stay; the run itself had finished."""
    ask = (
        "def ask(notebook, asked, out):\n"
        "    open(out + '/answers.json', 'w').write('{}')\n"
        "    while True: pass\n"
    )
    done = run_cells(sandbox, tmp_path, "print(1)", ask=ask, cell_s=1)
    assert done.run.status == "finished"
    assert done.answers == {}
    assert "ended early" in done.run.message
