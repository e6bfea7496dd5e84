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


OURS = sorted(
    {
        part.removesuffix(".py")
        for path in (Path(__file__).parents[2] / "grader" / "inside").glob("*/*.py")
        if path.parent.name != "standins"
        for part in path.parts[path.parts.index("inside") + 1 :]
        if part != "__init__.py"
    }
)
"""Names of all our files and folders that run inside."""
OWN_NAMES = (
    *("train", "export", "history", "first", "asking", "kernel", "flat", "answers", "delivery"),
    *("measuring", "features", "main", "seeds", "walk", "settings", "unittest_of_mine"),
)


ASK = """
from grader_inside.asking import Answers, attempt

def ask(notebook, asked, out):
    Answers(out).give("f", *attempt(lambda: 42, 5))
"""


@pytest.mark.sandbox
@pytest.mark.parametrize("tier", ["warm", "bubblewrap", "landlock", "none"])
def test_a_notebooks_own_modules_meet_none_of_ours(tier: str, tmp_path: Path) -> None:
    """No bare name of ours can be imported, a file of the notebook's may have any of them, and what
    measures is not there at all."""
    try:
        sandbox = choose(tier)
    except SandboxError as problem:
        pytest.skip(f"{tier}: {problem}")
    done = run_cells(
        sandbox,
        tmp_path,
        "import importlib.util, os, sys\n"
        f"my_found = [(n, importlib.util.find_spec(n)) for n in {OURS!r}]\n"
        "my_found = [spec.origin for _, spec in my_found if spec]\n"
        "assert not [path for path in my_found if 'grader' in str(path)], my_found",
        f"for my_name in {OWN_NAMES!r}:\n"
        "    with open(my_name + '.py', 'w') as my_file:\n"
        "        _ = my_file.write('MINE = 42')\n"
        "    assert importlib.import_module(my_name).MINE == 42, my_name",
        "import train, export, history, first\nassert history.MINE == train.MINE == 42",
        "my_package = importlib.import_module('grader_inside')\n"
        "assert os.path.isdir(my_package.__path__[0] + '/asking')\n"
        "assert not os.path.exists(my_package.__path__[0] + '/measuring')\n"
        "assert importlib.util.find_spec('grader_inside.measuring') is None\n"
        "assert my_package.__path__[0] not in sys.path\n"
        "assert os.listdir(os.path.dirname(my_package.__path__[0])) == ['grader_inside']",
        ask=ASK,
    )
    assert [cell.error for cell in done.run.cells] == [""] * 4
    assert done.answers == {"f": {"status": "ok", "value": 42, "error": ""}}
