"""Notebooks through nbclient in a real sandbox, without TensorFlow."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from random import Random

import pytest
from notebook_runs import Executed, run_cells

from grader.records import Lacking, Run
from grader.records.errors import SandboxError
from grader.run import kernel as execute_kernel
from grader.run.notebook import SEED, allowed_again
from grader.sandbox import Exit, Job, Running, Sandbox, choose
from grader.sandbox.tiers.recorded import Replay

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose("auto")


def test_cells_run_in_order_and_a_raising_one_stops_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Errors and syntax errors are values; the cells after them run, with what was defined."""
    done = run_cells(
        sandbox,
        tmp_path,
        "my_x = 1",
        "1/0",
        "for None in None",
        "print(my_x + 1)",
        "%%bash\necho hi",
    )
    assert done.run.status == "student_error"
    assert done.statuses == ["ok", "error", "error", "ok", "ok"]
    assert done.run.cells[1].error == "ZeroDivisionError: division by zero"
    assert done.run.cells[2].error.startswith("SyntaxError: ")
    assert done.text(3) == "2\n"
    assert "hi" in done.text(4)
    assert done.run.tier == sandbox.name


def test_the_functions_are_asked_with_the_hidden_inputs(sandbox: Sandbox, tmp_path: Path) -> None:
    """`ask` gets the notebook's names and the inputs, in the first folder, whatever a cell did."""
    spoiling = "import os; os.chdir('/'); os.environ.clear(); json = list = dict = None; my_a = 1"
    inputs = {"text": 'quo\'te """ \\n', "n": [1.5, None, True]}
    done = run_cells(sandbox, tmp_path, spoiling, asked=inputs)
    assert done.run.status == "finished"
    assert done.answers["names"] == ["my_a"]
    assert done.answers["asked"] == inputs
    assert "data" in done.answers["here"]
    assert "asking" not in (done.folder / "executed.ipynb").read_text()


def test_a_cell_can_be_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    """The others run, `ask` is asked, and the executed notebook says which one was not run."""
    done = run_cells(
        sandbox, tmp_path, "my_a = 1", "import os; os._exit(0)", "my_b = 2", allowed={(1, 1): 0.0}
    )
    assert done.run.status == "student_error"  # not all ran
    assert done.statuses == ["ok", "not_run", "ok"]
    assert done.answers["names"] == ["my_a", "my_b"]
    assert "Not run this time" in done.text(1)


def test_a_module_of_the_notebooks_does_not_replace_one_of_ours(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """`asking.py` written by a cell is the notebook's business and not what asks."""
    done = run_cells(
        sandbox, tmp_path, "%%writefile asking.py\nask = None", "import export", "my_b = 2"
    )
    assert done.answers["names"] == ["my_b"]


def test_what_stands_beside_the_notebook_can_be_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    """`%%writefile` then import works as in Jupyter; `unittests` is there and only friendly."""
    done = run_cells(
        sandbox,
        tmp_path,
        "%%writefile mine.py\nvalue = 41",
        "import mine; mine.value",
        "import unittests\nunittests.test_create_final_model(1, x=2)\nunittests.test_made_up()",
    )
    assert done.run.status == "finished"
    assert done.text(1) == "41"
    assert "checked when the notebook is graded" in done.text(2)


def test_what_only_this_assignment_brings_can_be_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its stand-ins for packages come last, after what is installed and what the notebook wrote."""
    done = run_cells(
        sandbox,
        tmp_path,
        "import tensorflow_datasets, sys\nprint(tensorflow_datasets.NAMES[0], len(sys.path))\n"
        "sys.path.index(tensorflow_datasets.__file__.rpartition('/')[0])",
        "%%writefile unittests.py\nmine = 'the notebook\\'s own'",
        "import unittests\nunittests.mine",
    )
    assert done.run.status == "finished"
    name, count, position = done.text(0).replace("\n", " ").split()
    assert name == "horses_or_humans"
    assert int(position) == int(count) - 1
    assert "own" in done.text(2)


def test_a_missing_package_costs_only_what_needs_it(sandbox: Sandbox, tmp_path: Path) -> None:
    """The other imports of the cell stay, errors name its own lines, and who lacks what is said."""
    lacking = (Lacking(module="no_such_public", install="no-such"),)
    done = run_cells(
        sandbox,
        tmp_path,
        "import no_such_public as my_n, json as my_json\nfrom os import nothing, sep as my_sep\n"
        "my_x = 1\nimport my_own_helper\n1/0",
        "print(my_x, my_sep, my_json.dumps(2))",
        "import no_such_public",
        "1/0",
        lacking=lacking,
    )
    assert done.statuses == ["error", "ok", "ok", "error"]
    assert done.text(1) == "1 / 2\n"
    assert "not installed here" in done.text(2)
    assert done.answers["names"] == ["my_json", "my_sep", "my_x"]
    assert done.run.cells[0].error.startswith("ImportError: cannot import name 'nothing'")
    assert done.run.lacking == lacking
    executed = json.loads((done.folder / "executed.ipynb").read_text())
    errors = [out for out in executed["cells"][0]["outputs"] if out["output_type"] == "error"]
    told = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(errors[-1]["traceback"]))
    assert "In[1], line 5" in told
    last = "\n".join(executed["cells"][3]["outputs"][0]["traceback"])
    assert "In[4]" in re.sub(r"\x1b\[[\d;]*m", "", last)


def test_statements_apart_fail_apart(sandbox: Sandbox, tmp_path: Path) -> None:
    """One that raises, or ends the process, costs no other; the line is told."""
    text = "my_a = 1\n1/0\nmy_b = my_a + 1\nimport os\nos._exit(0)\nmy_c = my_b + 1"
    done = run_cells(sandbox, tmp_path, text, apart=True)
    assert (done.run.status, done.run.cell, done.run.line) == ("died", 0, 5)
    again = run_cells(sandbox, tmp_path, text, apart=True, allowed=allowed_again(done.run))
    assert again.answers["names"] == ["my_a", "my_b", "my_c"]
    assert again.run.cells[0].line == 2


def test_a_left_over_self_check_is_answered(sandbox: Sandbox, tmp_path: Path) -> None:
    """It costs nothing, and leads to none of our code."""
    done = run_cells(
        sandbox,
        tmp_path,
        "import grader\ngrader.check('f', accuracy=True)",
        "from grader import check\ncheck()",
        "%load_ext grader",
        "%grader check f",
        "!grader check hw.ipynb",
        "import grader\nsorted(name for name in vars(grader) if name[0] != '_')",
    )
    assert done.run.status == "finished"
    assert all("left out" in done.text(index) for index in (0, 1, 3, 4))
    assert "selfcheck" not in done.text(5)


@pytest.mark.parametrize("leaving", ["exit()", "quit", "get_ipython().kernel.do_shutdown(True)"])
def test_who_asks_python_to_end_ends_a_cell(sandbox: Sandbox, tmp_path: Path, leaving: str) -> None:
    """However often, and in a function too: what else the cells make is kept."""
    call = leaving if leaving.endswith(")") else f"{leaving}()"
    sources = ("my_a = 1", leaving, f"def end():\n    {call}\nend()", "my_b = 2")
    run = run_cells(sandbox, tmp_path, *sources)
    assert run.statuses == ["ok", "error", "error", "ok"]
    assert "SystemExit" in run.run.cells[1].error
    assert run.answers["names"] == ["my_a", "my_b"]


def test_reset_forgets_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """What is asked is what the cells made."""
    run = run_cells(sandbox, tmp_path, "my_a = 1", "%reset -f", "%reset_selective -f my_a")
    assert run.statuses == ["ok"] * 3
    assert run.answers["names"] == ["my_a"]
    assert "Nothing is forgotten" in run.text(1)


def test_input_gets_an_empty_line_and_no_end_of_them(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nobody can answer: the cell goes on, and one that asks for ever raises instead of waiting."""
    done = run_cells(sandbox, tmp_path, "print([input('name? ')])", "while not input(): pass")
    assert done.statuses == ["ok", "error"]
    assert "['']" in done.text(0) and "input" in done.run.cells[1].error
    assert done.run.cells[1].seconds < 5


@pytest.mark.parametrize(
    "ending",
    [
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes; ctypes.string_at(0)",
    ],
)
def test_a_kernel_that_ends_is_a_value(sandbox: Sandbox, tmp_path: Path, ending: str) -> None:
    """The cell is killed, the rest is not run, and the reader is told so."""
    done = run_cells(sandbox, tmp_path, "print('before')", ending, "print('after')")
    assert done.run.status == "died"
    assert done.run.party == "student"
    assert done.run.cell == 1
    assert done.statuses == ["ok", "killed", "not_run"]
    assert done.text(0) == "before\n"
    assert "[grader]" in done.text(1)
    assert "Not run" in done.text(2)
    assert done.answers is None


def test_a_long_cell_is_interrupted_and_the_next_one_runs(sandbox: Sandbox, tmp_path: Path) -> None:
    """A cell over its time is told to stop; the kernel and its names live on."""
    done = run_cells(sandbox, tmp_path, "my_c = 1", "while True: pass", "print(my_c)", cell_s=1)
    assert done.run.status == "student_error"
    assert done.statuses == ["ok", "timeout", "ok"]
    assert "stopped after 1 s" in done.text(1)
    assert done.run.cells[1].error == "Timeout: stopped after 1 s"
    assert done.answers["names"] == ["my_c"]


def test_a_cell_that_ignores_the_interrupt_costs_the_kernel(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Then the run ends as a timeout in that cell."""
    deaf = "import signal, threading, time\ntry:\n    threading.Event().wait()\n"
    deaf += "except BaseException:\n    pass\n"
    deaf += "signal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)"
    done = run_cells(sandbox, tmp_path, deaf, "print(1)", cell_s=1)
    assert (done.run.status, done.run.limit, done.run.cell) == ("timeout", "cell_s", 0)
    assert done.statuses == ["killed", "not_run"]


def test_the_whole_run_has_a_limit(sandbox: Sandbox, tmp_path: Path) -> None:
    """However the time is spread over the cells."""
    done = run_cells(sandbox, tmp_path, *["import time; time.sleep(1.5)"] * 4, wall_s=4)
    assert (done.run.status, done.run.limit) == ("timeout", "wall_s")
    assert done.run.cell is not None
    assert "still running after 4 s" in done.text(done.run.cell)


def test_much_output_is_cut_and_the_cell_runs_on(sandbox: Sandbox, tmp_path: Path) -> None:
    """Beyond a cell's budget output is dropped, with a note."""
    print_much = "for _ in range(1500): print('x' * 1000, flush=True)\nmy_d = 1"
    done = run_cells(sandbox, tmp_path, print_much, "print('next')", cell_output_mb=1)
    assert done.run.status == "finished"
    assert "was cut" in done.text(0)
    assert 500_000 < len(done.text(0)) < 1_100_000
    assert done.text(1) == "next\n"
    assert done.answers["names"] == ["my_d"]


def test_hash_order_and_random_numbers_are_the_same_each_time(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Two runs of the same code print the same."""
    cell = "import random, numpy; print(hash('a'), random.random(), numpy.random.rand())"
    one, two = (run_cells(sandbox, tmp_path / name, cell) for name in ("one", "two"))
    assert one.run.status == "finished"
    assert one.text(0) == two.text(0)


@pytest.mark.parametrize("patience_s", [0.02, 1.0])
def test_the_first_cell_finds_the_generator_as_it_was_seeded(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> None:
    """However often the kernel was asked whether it is ready: its answer draws a tip."""
    monkeypatch.setattr(execute_kernel, "REPLY_S", patience_s)
    done = run_cells(sandbox, tmp_path, "import random; print(random.random())", "print(1)")
    assert done.run.status == "finished"
    assert done.text(0) == f"{Random(SEED).random()}\n"  # noqa: S311 - no secret
    assert done.text(1) == "1\n"


def test_an_earlier_attempt_leaves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """A second run in the same folder does not show the first one's files."""
    assert run_cells(sandbox, tmp_path, "my_e = 1").answers
    assert run_cells(sandbox, tmp_path, "import os; os._exit(1)").answers is None


def test_runs_work_side_by_side_in_threads(sandbox: Sandbox, tmp_path: Path) -> None:
    """The batch executes in worker threads, each with an event loop of its own."""
    done: dict[int, Executed] = {}

    def work(number: int) -> None:
        done[number] = run_cells(sandbox, tmp_path / str(number), f"my_{number} = 1")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done[number].answers["names"] for number in range(3)] == [["my_0"], ["my_1"], ["my_2"]]


class _Broken(Sandbox):
    """A sandbox whose program ends at once, before any cell."""

    name = "broken"
    lacks = ()

    def __init__(self, inner: Sandbox) -> None:
        self._inner = inner

    def start(self, job: Job) -> Running:
        return self._inner.start(job.model_copy(update={"argv": ("/bin/false",)}))


def test_a_kernel_that_never_starts_is_our_fault(sandbox: Sandbox, tmp_path: Path) -> None:
    """No student code has run yet, so it is a SandboxError and the grade will be held."""
    with pytest.raises(SandboxError, match="before it was ready"):
        run_cells(_Broken(sandbox), tmp_path, "print(1)")


def test_a_recorded_run_is_played_back(tmp_path: Path) -> None:
    """The replay tier answers with the recorded Run and runs nothing."""
    recorded = tmp_path / "recorded"
    (recorded / "out").mkdir(parents=True)
    (recorded / "out" / "answers.json").write_text('{"names": ["my_r"]}')
    run = Run(status="finished", tier="bubblewrap", seconds=3)
    (recorded / "run.json").write_text(run.model_dump_json())
    (recorded / "exit.json").write_text(Exit(status="finished", exit_code=0).model_dump_json())
    done = run_cells(Replay(recorded), tmp_path, "1/0")
    assert (done.run.status, done.run.tier, done.run.seconds) == ("finished", "replay", 3)
    assert done.answers == {"names": ["my_r"]}
