"""What honest notebooks lean on works alike on both real tiers."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook_runs import run_cells

from grader.records.errors import SandboxError
from grader.sandbox import choose

LEANED_ON = {
    "a pool of threads, as Keras reads folders of images with": (
        "from multiprocessing.pool import ThreadPool\n"
        "with ThreadPool(3) as pool:\n"
        "    my_squares = pool.map(lambda n: n * n, range(5))\n"
        "    later = pool.apply_async(sum, ([1, 2],))\n"
        "    assert later.get(5) == 3 and my_squares == [0, 1, 4, 9, 16]\n"
        "pool.join()"
    ),
    "threads that wait for each other": (
        "import queue, threading\n"
        "my_queue = queue.Queue()\n"
        "threading.Thread(target=my_queue.put, args=(1,)).start()\n"
        "assert my_queue.get(timeout=5) == 1"
    ),
    "a child process": (
        "import subprocess, sys\n"
        "my_said = subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True)\n"
        "assert my_said.stdout == b'1\\n'"
    ),
    "temporary files": (
        "import tempfile\n"
        "with tempfile.NamedTemporaryFile() as my_file:\n"
        "    my_file.write(b'x'); my_file.flush()\n"
        "    assert open(my_file.name, 'rb').read() == b'x'"
    ),
    "a line to the shell": (
        "import os\nmy_name = 'my.txt'\n!echo hello > {my_name}; echo shown\n"
        "my_lines = !cat my.txt\n"
        "assert os.path.exists('my.txt') and list(my_lines) == ['hello'], my_lines"
    ),
}


@pytest.mark.sandbox
@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_honest_means_work(tier: str, tmp_path: Path) -> None:
    """Threads, children, files: no tier costs an honest notebook points that another gives."""
    try:
        sandbox = choose(tier)
    except SandboxError as problem:
        pytest.skip(f"{tier}: {problem}")
    done = run_cells(sandbox, tmp_path, *LEANED_ON.values())
    errors = {
        what: cell.error for what, cell in zip(LEANED_ON, done.run.cells, strict=True) if cell.error
    }
    assert errors == {}
    assert done.run.status == "finished"
    assert "shown" in done.text(len(LEANED_ON) - 1)
