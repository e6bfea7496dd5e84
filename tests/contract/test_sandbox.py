"""The contract of the seam: what every tier that runs code does alike."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, SMALL, job, ran, tier

from grader.records import GraderError, NoSandbox, Run, SandboxError
from grader.sandbox import Exit, Job, Mount, Sandbox, choose, run_job, survey
from grader.sandbox.machine import runtime

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=[*REAL_TIERS, "none"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


def test_output_console_and_exit_are_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    """What it wrote to $GRADER_OUT and printed is in the folder when the run has ended."""
    run_ = ran(sandbox, "print('hello'); open(OUT + '/a.bin', 'wb').write(b'123')", tmp_path)
    assert (run_.exit.status, run_.exit.exit_code, run_.exit.limit) == ("finished", 0, "")
    assert "hello" in run_.console
    assert run_.out("a.bin") == b"123"
    assert 0 < run_.exit.seconds < 20


@pytest.mark.parametrize(
    ("source", "status", "code"),
    [
        ("sys.exit(3)", "student_error", 3),
        ("raise ValueError('x')", "student_error", 1),
        ("os.kill(os.getpid(), signal.SIGKILL)", "died", 137),
        ("os.abort()", "died", 134),
        ("os._exit(0)", "finished", 0),
    ],
)
def test_status_follows_the_exit(
    sandbox: Sandbox, tmp_path: Path, source: str, status: str, code: int
) -> None:
    """Exit codes and signals become statuses; whatever it does to itself is the student's."""
    ended = ran(sandbox, source, tmp_path).exit
    assert (ended.status, ended.exit_code, ended.party) == (status, code, "student")


@pytest.fixture
def for_one_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package outside of the environment, as `pip install --user` leaves it."""
    folder = tmp_path / "lib" / "site-packages"
    (folder / "of_one_user-1.dist-info").mkdir(parents=True)
    (folder / "of_one_user.py").write_text("WORD = 'there'")
    cached = (runtime.elsewhere, runtime.prefixes)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(folder)])
    for function in cached:
        function.cache_clear()
    assert runtime.elsewhere() == (folder,)
    yield
    for function in cached:
        function.cache_clear()


@pytest.mark.usefixtures("for_one_user")
@pytest.mark.parametrize("name", ["bubblewrap", "warm", "none"])
def test_packages_that_only_one_user_has_are_found(name: str, tmp_path: Path) -> None:
    """What students install without an environment lies in their home, not beside Python."""
    words = ("{python}", "-P", "-s", "-c", "import of_one_user; print(of_one_user.WORD)")
    asked = Job(argv=words, folder=tmp_path / "run", limits=SMALL)
    assert run_job(tier(name), asked, timeout_s=90).status == "finished"
    assert (tmp_path / "run" / "console.log").read_text().strip() == "there"


def test_inputs_mounts_links_and_placeholders(sandbox: Sandbox, tmp_path: Path) -> None:
    """`in/`, mounts, links in the work folder and placeholders all lead to the same bytes."""
    data = tmp_path / "assets" / "student"
    (data / "train").mkdir(parents=True)
    (data / "train" / "x.txt").write_text("horse")
    (tmp_path / "run" / "in").mkdir(parents=True)
    (tmp_path / "run" / "in" / "note").write_text("given")
    source = """
        say([
            open(os.environ["GRADER_IN"] + "/note").read(),
            open(os.environ["GRADER_DATA"] + "/train/x.txt").read(),
            open("nested/data/x.txt").read(),
            open(sys.argv[1] + "/train/x.txt").read(),
            open(os.environ["WHERE"] + "/x.txt").read(),
            os.getcwd() == os.environ["GRADER_WORK"],
            os.path.isdir(os.environ["GRADER_INSIDE"]),
        ])
    """
    run_ = ran(
        sandbox,
        source,
        tmp_path / "run",
        mounts=(Mount(name="data", source=data),),
        links={"nested/data": "{data}/train"},
        env={"WHERE": "{data}/train"},
        arguments=("{data}",),
    )
    assert run_.said() == ["given", "horse", "horse", "horse", "horse", True, True]


def test_environment_is_clean(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the host's environment gets in; its own folders exist and can be written."""
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    source = """
        names = ["HOME", "TMPDIR", "KERAS_HOME", "MPLCONFIGDIR", "IPYTHONDIR"]
        for name in names: open(os.environ[name] + "/probe", "w").close()
        say([sorted(os.environ), "hunter2" in str(dict(os.environ))])
    """
    names, leaked = ran(sandbox, source, tmp_path).said()
    assert not leaked
    assert "SECRET_TOKEN" not in names
    assert "GRADER_OUT" in names


def test_wall_time_ends_it(sandbox: Sandbox, tmp_path: Path) -> None:
    """A sleeper is ended at its wall time, and the exit names the limit."""
    ended = ran(
        sandbox, "time.sleep(60)", tmp_path, limits=SMALL.model_copy(update={"wall_s": 1})
    ).exit
    assert (ended.status, ended.limit, ended.party) == ("timeout", "wall_s", "student")
    assert ended.seconds < 10


def test_endless_printing_ends_it(sandbox: Sandbox, tmp_path: Path) -> None:
    """Printing without end is ended, and at most one megabyte of it is kept."""
    run_ = ran(sandbox, "while True: print('x' * 5000)", tmp_path)
    assert (run_.exit.status, run_.exit.limit) == ("output_limit", "output_mb")
    assert (tmp_path / "console.log").stat().st_size <= 1 << 20


@pytest.mark.parametrize(
    ("limit", "status", "party"),
    [
        ("cell_s", "timeout", "student"),
        ("cell_output_mb", "output_limit", "student"),
        ("", "finished", "student"),
        ("host", "died", "ours"),
    ],
)
def test_the_host_ends_it(
    sandbox: Sandbox, tmp_path: Path, limit: str, status: str, party: str
) -> None:
    """`kill` ends it at once; the limit that is named decides status and party."""
    running = sandbox.start(job("open(OUT + '/kept', 'w').close(); time.sleep(60)", tmp_path))
    assert running.poll() is None
    with pytest.raises(TimeoutError):
        running.wait(0.05)
    time.sleep(0.5)
    running.kill(limit, "because")
    ended = running.wait(30)
    assert (ended.status, ended.party, ended.limit) == (status, party, limit)
    assert running.poll() == ended
    assert (tmp_path / "out" / "kept").exists()


def test_unix_sockets_are_shared_with_the_host(sandbox: Sandbox, tmp_path: Path) -> None:
    """A server inside, in $GRADER_SOCK, is reached by the host at `Running.sock`."""
    source = """
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(os.environ["GRADER_SOCK"] + "/s"); server.listen()
        connection, _ = server.accept()
        connection.sendall(connection.recv(100).upper())
    """
    running = sandbox.start(job(source, tmp_path))
    assert len(str(running.sock)) < 60
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        for _ in range(200):
            try:
                client.connect(str(running.sock / "s"))
                break
            except OSError:
                time.sleep(0.05)
        client.sendall(b"hello")
        assert client.recv(100) == b"HELLO"
    assert running.wait(30).status == "finished"
    assert not running.sock.exists()


def test_a_program_that_is_not_there_is_ours(sandbox: Sandbox, tmp_path: Path) -> None:
    """What cannot be started is a SandboxError, never a student's exit."""
    with pytest.raises(SandboxError):
        sandbox.start(Job(argv=("/nowhere/program",), folder=tmp_path, limits=SMALL))


def test_links_stay_in_the_work_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    """A link outside of the work folder is refused before anything runs."""
    with pytest.raises(SandboxError, match="work folder"):
        sandbox.start(job("pass", tmp_path, links={"../x": "/etc"}))


def test_replay_plays_back(tmp_path: Path) -> None:
    """`replay` gives the recorded exit and files, and a notebook's run."""
    recorded = tmp_path / "recorded" / "ada"
    (recorded / "out").mkdir(parents=True)
    (recorded / "out" / "a").write_text("kept")
    told = Exit(status="timeout", limit="cell_s", seconds=3.0)
    (recorded / "exit.json").write_text(told.model_dump_json())
    sandbox = choose(f"replay:{recorded.parent}")
    the_job = Job(argv=("/bin/false",), folder=tmp_path / "runs" / "ada")
    assert run_job(sandbox, the_job) == told
    assert (the_job.folder / "out" / "a").read_text() == "kept"
    with pytest.raises(SandboxError, match="ada holds no recorded run"):
        sandbox.recorded(the_job)
    (recorded / "run.json").write_text(Run(status="timeout").model_dump_json())
    assert sandbox.recorded(the_job) == Run(status="timeout", tier="replay")


def test_choosing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` never means `none`; the environment may force a tier; unknown names are refused."""
    assert [*survey()] == ["warm", "bubblewrap", "landlock"]
    monkeypatch.setenv("GRADER_SANDBOX", "none")
    assert choose().name == "none"
    assert choose("none").lacks
    monkeypatch.delenv("GRADER_SANDBOX")
    try:
        assert choose().name in REAL_TIERS
    except NoSandbox as problem:
        assert problem.what_to_do
    with pytest.raises(GraderError, match="no sandbox 'chroot'") as caught:
        choose("chroot")
    assert caught.value.exit_status == 2  # a typing error: 3 would send people to the machine


def test_interpreter_is_the_graders(sandbox: Sandbox, tmp_path: Path) -> None:
    """Python inside is ours, with its packages, also when the job names it by our path."""
    source = (
        "import numpy; say([sys.version_info[:2] == tuple(map(int, sys.argv[1:])), os.getuid()])"
    )
    version = tuple(str(part) for part in sys.version_info[:2])
    the_job = job(source, tmp_path, arguments=version)
    by_path = the_job.model_copy(update={"argv": (sys.executable, *the_job.argv[1:])})
    assert run_job(sandbox, by_path, 60).status == "finished"
    same_version, uid = json.loads((tmp_path / "out" / "said.json").read_bytes())
    assert same_version
    assert uid != 0 or sandbox.name == "none"
