"""Tier `warm`: what a forked program sees is what a started one sees, and a fork never stands in
the way of a run. (The contract and the attacks run over this tier as over the others.)"""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from forking import tier
from sandbox_runs import SMALL, program, ran

from grader.records import Limits
from grader.records.errors import SandboxError
from grader.sandbox import Job, Sandbox, run_job
from grader.sandbox.tiers.warm import MOST_FAULTS, Warm

ROOT = Path(__file__).resolve().parent.parent.parent
SEEN = """
    import re
    status = open("/proc/self/status").read()
    wanted = "Uid|Gid|Groups|Cap...|CapBnd|NoNewPrivs|Seccomp|Seccomp_filters|Sig(?:Ign|Cgt|Blk)"
    links = {}
    for name in sorted(os.listdir("/proc/self/fd"), key=int)[:3]:
        links[name] = os.readlink("/proc/self/fd/" + name).split(":")[0]
    say({
        "status": re.findall(rf"^((?:{wanted}|Umask):.*)$", status, re.M),
        "env": dict(os.environ), "argv": sys.argv, "path": sys.path, "cwd": os.getcwd(),
        "flags": str(sys.flags),
        "mounts": [line.split()[4:6] for line in open("/proc/self/mountinfo")],
        "root": sorted(os.listdir("/")), "home": sorted(os.listdir(os.environ["HOME"])),
        "limits": open("/proc/self/limits").read(), "fds": len(os.listdir("/proc/self/fd")),
        "links": links, "adj": open("/proc/self/oom_score_adj").read(),
        "threads": len(os.listdir("/proc/self/task")), "name": __name__,
        "guard": [name for name in sys.modules if name.startswith("guard")],
        "leader": os.getsid(0) == os.getpid(),
    })
"""


@pytest.fixture
def warm() -> Sandbox:
    return tier("warm")


@pytest.mark.sandbox
def test_a_fork_sees_what_a_fresh_interpreter_sees(warm: Sandbox, tmp_path: Path) -> None:
    """Same rights (none), walls, limits, environment, arguments, descriptors; nothing of ours."""
    views = []
    for name, sandbox in (("cold", tier("bubblewrap")), ("warm", warm)):
        found = ran(sandbox, SEEN, tmp_path / name, arguments=("a", "b c"), env={"X": "1"})
        views.append(found.said())
    cold, forked = views
    assert forked["guard"] == []
    differing = {key for key in cold if cold[key] != forked[key]}
    assert differing == set(), {key: (cold[key], forked[key]) for key in differing}


@pytest.mark.sandbox
def test_forks_do_not_share_their_chance(warm: Sandbox, tmp_path: Path) -> None:
    """Random numbers, of Python and of NumPy, differ from run to run."""
    source = """
        import random, secrets, numpy
        say([random.random(), secrets.token_hex(8), numpy.random.rand(), os.urandom(4).hex()])
    """
    first, second = (
        ran(
            warm,
            source,
            tmp_path / name,
            preload=("numpy.random", "random"),
            limits=Limits(),
            env={"OPENBLAS_NUM_THREADS": "1"},
        )
        for name in ("a", "b")
    )
    assert not set(first.said()) & set(second.said())


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("source", "code"),
    [("sys.exit('words')", 1), ("sys.exit(None)", 0), ("sys.exit(300)", 44), ("1 / 0", 1)],
)
def test_a_fork_ends_as_an_interpreter_ends(
    warm: Sandbox, tmp_path: Path, source: str, code: int
) -> None:
    """Exit codes, what is printed at the end, functions left for the exit, waiting for threads."""
    more = "import atexit; atexit.register(print, 'at exit'); "
    more += "threading.Thread(target=lambda: (time.sleep(0.2), print('waited'))).start(); "
    run_ = ran(warm, more + source, tmp_path)
    assert run_.exit.exit_code == code
    assert run_.console.endswith("waited\nat exit\n")
    assert ("ZeroDivisionError" in run_.console) == (source == "1 / 0")
    assert "guard" not in run_.console


@pytest.mark.sandbox
def test_a_script_is_run_as_a_script(warm: Sandbox, tmp_path: Path) -> None:
    """`__file__`, the folder on the path, `__main__`."""
    (tmp_path / "in").mkdir()
    text = program("import beside; say([__file__, __name__, sys.path[0], beside.x, sys.argv[1:]])")
    (tmp_path / "in" / "script.py").write_text(text)
    (tmp_path / "in" / "beside.py").write_text("x = 5")
    argv = ("{python}", "{in}/script.py", "word")
    assert run_job(warm, Job(argv=argv, folder=tmp_path, limits=SMALL), 60).status == "finished"
    said = (tmp_path / "out" / "said.json").read_text()
    assert said == '["/grader/in/script.py", "__main__", "/grader/in", 5, ["word"]]'


@pytest.mark.sandbox
def test_what_has_no_python_or_no_preload_is_started_cold(tmp_path: Path) -> None:
    """Another program; a job that asks for nothing."""
    sandbox = choose_warm()
    sandbox._fork = None  # type: ignore[assignment, method-assign]  # must not be called
    assert ran(sandbox, "say(1)", tmp_path / "a").said() == 1
    shell = Job(argv=("/bin/sh", "-c", "exit 3"), folder=tmp_path / "b", preload=("json",))
    assert run_job(sandbox, shell, 60).exit_code == 3


def choose_warm() -> Warm:
    found = tier("warm")
    assert isinstance(found, Warm)
    return Warm(found.cold)


@pytest.mark.sandbox
def test_without_a_template_runs_are_cold_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every run succeeds; after a few faults templates are no longer tried."""
    sandbox = choose_warm()
    tried = []

    def broken(*_: Any) -> None:
        tried.append(1)
        raise SandboxError("2 threads are running")

    monkeypatch.setattr(sandbox, "_template", broken)
    with caplog.at_level(logging.WARNING):
        for number in range(MOST_FAULTS + 1):
            found = ran(sandbox, "say(1)", tmp_path / str(number), preload=("json",))
            assert found.said() == 1
    assert len(tried) == MOST_FAULTS
    assert "2 threads are running" in caplog.text
    assert "every start is a cold one" in caplog.text


@pytest.mark.sandbox
def test_a_template_that_died_is_replaced(tmp_path: Path) -> None:
    """The run that finds it dead is cold, the next one warm again."""
    sandbox = choose_warm()
    ran(sandbox, "say(1)", tmp_path / "a", preload=("json",)).said()
    (template,) = sandbox._templates.values()
    os.kill(template._process.pid, signal.SIGKILL)
    template._process.wait()
    for name in ("b", "c"):
        assert ran(sandbox, "say(1)", tmp_path / name, preload=("json",)).said() == 1
    assert sandbox.faults == 0
    (other,) = sandbox._templates.values()
    assert other is not template
    sandbox.close()
