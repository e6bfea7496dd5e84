"""What only the real tiers promise: walls, limits of the whole tree, nothing left behind."""

from __future__ import annotations

import errno
import os
import sysconfig
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, SMALL, ran, tier

from grader.sandbox import Sandbox
from grader.sandbox.guard import kernel
from grader.sandbox.machine import runtime

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=REAL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


def test_host_files_are_closed(sandbox: Sandbox, tmp_path: Path) -> None:
    """Neither a secret beside the run nor the grader's own rubric code can be read."""
    secret = tmp_path / "secret"
    secret.write_text("labels")
    secret.chmod(0o644)
    places = [str(secret), str(Path(__file__)), "/etc/shadow", f"/proc/{os.getpid()}/environ"]
    source = "say([attempt(lambda p=p: open(p).read()) for p in sys.argv[1:]])"
    said = ran(sandbox, source, tmp_path / "run", arguments=tuple(places)).said()
    assert [word for word, _ in said] == ["refused"] * len(places)


def test_host_files_cannot_be_changed(sandbox: Sandbox, tmp_path: Path) -> None:
    """Writing, deleting, emptying, changing modes and times outside does nothing."""
    victim = tmp_path / "victim"
    victim.write_text("whole")
    victim.chmod(0o666)
    before = victim.stat()
    source = """
        path = sys.argv[1]
        say([attempt(lambda: open(path, "w")), attempt(os.unlink, path),
             attempt(os.truncate, path, 0), attempt(os.rename, path, path + "2")])
        attempt(os.chmod, path, 0); attempt(os.utime, path, (1, 1))
    """
    said = ran(sandbox, source, tmp_path / "run", arguments=(str(victim),)).said()
    after = victim.stat()
    assert [word for word, _ in said] == ["refused"] * 4
    assert victim.read_text() == "whole"
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_inputs_are_read_only(sandbox: Sandbox, tmp_path: Path) -> None:
    """`in/`, the interpreter and the grader's inside code cannot be changed."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x").write_text("1")
    source = """
        places = [os.environ["GRADER_IN"] + "/x", os.environ["GRADER_INSIDE"] + "/new",
                  sys.prefix + "/new", os.__file__, "/usr/new", "/etc/new"]
        say([attempt(lambda p=p: open(p, "a").write("2")) for p in places])
    """
    said = ran(sandbox, source, tmp_path).said()
    assert [word for word, _ in said] == ["refused"] * 6
    assert (tmp_path / "in" / "x").read_text() == "1"


def test_what_is_hidden_among_libraries(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the environment that is hidden (the installed grader) shows no file."""
    package = Path(sysconfig.get_path("purelib")).resolve() / "rich"
    monkeypatch.setattr(runtime, "hidden", lambda: (package,))
    source = """
        import numpy
        say([attempt(lambda: open(sys.argv[1] + "/console.py").read()),
             attempt(__import__, "rich.console")])
    """
    said = ran(sandbox, source, tmp_path, arguments=(str(package),)).said()
    assert [word for word, _ in said] == ["refused", "refused"]


def test_no_network(sandbox: Sandbox, tmp_path: Path) -> None:
    """Every family but unix streams is refused; netlink as libzmq wants it, or it aborts."""
    source = """
        kinds = {"inet": (2, 1), "udp": (2, 2), "inet6": (10, 1), "netlink": (16, 3),
                 "packet": (17, 3), "vsock": (40, 1), "unix datagram": (1, 2), "raw": (2, 3)}
        found = {}
        for name, (family, kind) in kinds.items():
            try: socket.socket(family, kind); found[name] = "open"
            except OSError as problem: found[name] = problem.errno
        socket.socketpair()
        say(found)
    """
    said = ran(sandbox, source, tmp_path).said()
    assert "open" not in said.values()
    assert said["netlink"] == errno.EOPNOTSUPP
    assert said["inet"] == errno.ENETUNREACH


LIMITED = {
    "memory": ("x = []\nwhile True: x.append(bytearray(b'x' * (4 << 20)))", "memory_mb"),
    "memory of many": (
        "for _ in range(6): os.fork()\nx = bytearray(b'x' * (30 << 20)); time.sleep(15)",
        "memory_mb",
    ),
    "fork bomb": ("while True:\n  try: os.fork()\n  except OSError: pass", "processes"),
    "thread bomb": (
        "while True:\n  try: threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "  except RuntimeError: pass",
        "threads",
    ),
    "disk": (
        "n = 0\nwhile True:\n  n += 1\n  try: open(f'f{n}', 'wb').write(b'x' * (1 << 20))\n"
        "  except OSError: pass",
        "disk_mb",
    ),
    "inodes": (
        "n = 0\nwhile True:\n  n += 1\n  try: open(f'f{n}', 'wb').close()\n  except OSError: pass",
        "inodes",
    ),
    "spin": ("while True: pass", "cpu_s"),
    "spinning children": ("[os.fork() for _ in range(2)]\nwhile True: pass", "cpu_s"),
}


@pytest.mark.parametrize("name", LIMITED)
def test_limits_name_themselves(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    """Every limit of the tree ends the run, and the exit says which it was, and that in time."""
    source, limit = LIMITED[name]
    few = {"cpu_s": 2} if limit == "cpu_s" else {}
    if name == "memory of many":
        few = {"processes": 400, "threads": 400}
    if name == "fork bomb":
        few = {"memory_mb": 600}  # so that it is no matter of which of the two is met first
    limits = SMALL.model_copy(update=few)
    ended = ran(sandbox, "\n" + source, tmp_path, limits=limits).exit
    # where the kernel does not count a user's processes, a slow machine ends a bomb by their time
    uncounted = name == "fork bomb" and os.geteuid() != 0
    met = {limit, "cpu_s"} if uncounted else {limit}
    assert ended.limit in met and ended.party == "student", ended
    assert ended.seconds < (45 if uncounted else 18)
    assert ended.memory_mb < 2 * limits.memory_mb


@pytest.mark.skipif(
    not kernel.share_memory(os.getpid(), os.getpid()), reason="this kernel has no kcmp"
)
def test_programs_that_a_large_process_starts_do_not_count_twice(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Until it is another program, a child of `subprocess` has the memory of its parent."""
    source = """
        kept = bytearray(b"x") * (120 << 20)
        for _ in range(300): subprocess.run(["/bin/true"])
        say(len(kept))
    """
    assert ran(sandbox, source, tmp_path).said() == 120 << 20


def test_one_file_has_a_size(sandbox: Sandbox, tmp_path: Path) -> None:
    """A file larger than `file_mb` cannot be written; the program hears of it."""
    source = "say(attempt(lambda: open('big', 'wb').write(b'x' * (17 << 20))))"
    word, why = ran(sandbox, source, tmp_path).said()
    assert (word, "large" in why) == ("refused", True)
