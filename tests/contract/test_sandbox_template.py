"""The template of tier `warm`: ends with the grader, knows nothing, refuses what would hang."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forking import tier
from sandbox_runs import ran

from grader.records import Limits
from grader.sandbox import Sandbox
from grader.sandbox.guard.warm.program import parse
from grader.sandbox.tiers.warm import Warm, switches

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def warm() -> Sandbox:
    return tier("warm")


def choose_warm() -> Warm:
    found = tier("warm")
    assert isinstance(found, Warm)
    return Warm(found.cold)


@pytest.mark.sandbox
def test_with_the_grader_everything_ends(warm: Sandbox, tmp_path: Path) -> None:
    """Killed without a word: template, supervisor and run are gone, and the scratch folder."""
    script = (
        "import sys, time; from pathlib import Path; from grader.sandbox import *\n"
        "job = Job(argv=('{python}', '-I', '-c', 'import time; time.sleep(99)'),"
        " folder=Path(sys.argv[1]), preload=('json',))\n"
        "sandbox = choose('warm'); running = sandbox.start(job)\n"
        "(template,) = sandbox._templates.values()\n"
        "print(running.sock, template._home, flush=True); running.wait()"
    )
    words = [sys.executable, "-c", script, str(tmp_path / "run")]
    host = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert host.stdout
    sock, home = map(Path, host.stdout.readline().split())
    assert home.is_dir()
    below = descendants(host.pid)
    assert len(below) >= 4  # template, supervisor, bubblewrap, the run
    host.kill()
    host.wait()
    host.stdout.close()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/fd").exists() for pid in below) or (
        sock.exists() or home.exists()
    ):
        assert time.monotonic() < deadline, [p for p in below if Path(f"/proc/{p}").exists()]
        time.sleep(0.05)


def descendants(root: int) -> set[int]:
    """Pids below `root`."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(text[text.rindex(")") + 2 :].split()[1])
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return found - {root}


@pytest.mark.sandbox
def test_the_template_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the grader's environment nor the job's folder is in any byte a run can read."""
    monkeypatch.setenv("GRADER_TOKEN", "kept-from-templates")
    sandbox = choose_warm()
    source = """
        import gc
        about = open("/proc/self/environ").read() + open("/proc/self/cmdline").read()
        needle = sys.argv[1][::-1]
        found = 0
        for line in open("/proc/self/maps"):
            where, rights, *_ = line.split()
            if not rights.startswith("rw") or "[v" in line: continue
            low, high = (int(part, 16) for part in where.split("-"))
            with open("/proc/self/mem", "rb") as memory:
                memory.seek(low)
                found += memory.read(high - low).count(needle.encode())
        say([about, found])
    """
    backwards = "kept-from-templates"[::-1]
    found = ran(sandbox, source, tmp_path / "run", preload=("json",), arguments=(backwards,))
    about, count = found.said()
    assert "GRADER_TOKEN" not in about
    assert str(tmp_path) not in about
    assert count == 1, "only the needle itself"
    sandbox.close()


def test_only_plain_command_lines_are_forked() -> None:
    """Options that change the interpreter itself need a fresh one."""
    assert parse(("python", "-P", "-s", "x.py", "a")) == (("-P", "-s"), None, ("x.py", "a"))
    assert parse(("python", "-I", "-c", "pass", "a")) == (("-I",), "pass", ("-c", "a"))
    for words in (("-m", "x"), ("-O", "x.py"), ("-X", "dev", "x.py"), ("-",), ("-c",), ()):
        assert parse(("python", *words)) is None


def test_a_template_gets_switches_and_no_paths() -> None:
    """Its environment says how libraries compute, never where something is."""
    env = {"OMP_NUM_THREADS": "2", "HOME": "/home/student", "GRADER_IN": "x", "WHERE": "/data"}
    assert switches(env) == {"OMP_NUM_THREADS": "2"}


@pytest.mark.sandbox
@pytest.mark.parametrize("preparation", ["thread", "openblas"])
def test_a_process_with_threads_refuses_to_be_forked(preparation: str) -> None:
    """By asking the kernel, whatever was imported."""
    code = (
        "import sys, threading, time; sys.path.insert(0, 'grader/sandbox')\n"
        "from guard.warm.template import prepare\n"
        "if sys.argv[1] == 'thread': threading.Thread(target=time.sleep, args=(9,),"
        " daemon=True).start()\n"
        "print(prepare(['json', 'no_such_module']))"
    )
    threads = {"OPENBLAS_NUM_THREADS": "4" if preparation == "openblas" else "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, preparation],
        cwd=ROOT, env={**os.environ, **threads}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = {"thread": "2 threads are running", "openblas": "OPENBLAS_NUM_THREADS is not 1"}
    assert done.stdout.strip() == expected[preparation]


TRAINS = """
    import hashlib, keras, numpy, tensorflow
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(8, 3), layers.Flatten(),
                              layers.Dense(16, "relu"), layers.Dropout(0.2), layers.Dense(1)])
    model.compile("rmsprop", "mse")
    dice = numpy.random.default_rng(0)
    images = dice.random((64, 12, 12, 3), "float32")
    data = tensorflow.data.Dataset.from_tensor_slices((images, images.mean((1, 2, 3)))).batch(8)
    model.fit(data.shuffle(64, seed=1).prefetch(2), epochs=2, verbose=0)
    total = hashlib.sha256()
    for array in model.get_weights(): total.update(array.tobytes())
    say([total.hexdigest(), keras.config.floatx()])
"""


@pytest.mark.sandbox
@pytest.mark.tensorflow
def test_a_fork_trains_to_the_bit_as_a_fresh_process(tmp_path: Path) -> None:
    """No operation was run before the fork, so none hangs after it; four forks, one fresh start."""
    sandbox = choose_warm()
    env = {
        "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "1", "PYTHONHASHSEED": "0",
    }  # fmt: skip
    more = {"env": env, "limits": Limits()}
    fresh = ran(tier("bubblewrap"), TRAINS, tmp_path / "fresh", **more).said()
    for number in range(4):
        place = tmp_path / str(number)
        forked = ran(sandbox, TRAINS, place, preload=("tensorflow", "keras"), **more)
        assert forked.said() == fresh
    assert (sandbox.faults, sandbox.problem) == (0, "")
    sandbox.close()
