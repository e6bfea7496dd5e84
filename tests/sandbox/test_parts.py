"""Copy-out, space, the process tree, outcomes and paths, each by itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from grader.records import REACHED, Limits
from grader.records.errors import SandboxError
from grader.sandbox import Mount
from grader.sandbox.guard import copyout, space, tree, watch
from grader.sandbox.machine import reach, runtime
from grader.sandbox.machine.reach import Reach, reachable
from grader.sandbox.outcome import STATUS, finish
from grader.sandbox.plan import fill, rlimits
from grader.sandbox.tiers import landlock

LIMITS = Limits()
REPORT = {
    "limit": "", "message": "", "exit_code": 0, "seconds": 1.0, "cpu_seconds": 1.0,
    "memory_mb": 10.0, "refused": [],
}  # fmt: skip


def copy(source: Path, target: Path, **budget: int) -> list[str]:
    given = {"bytes_left": 1000, "file_bytes": 600, **budget}
    return copyout.copy_out(str(source), str(target), copyout.Budget(**given))


def test_copy_out_takes_plain_files_only(tmp_path: Path) -> None:
    """Regular files with one name and a plain name; everything else is named as refused."""
    source, target = tmp_path / "s", tmp_path / "t"
    (source / "sub").mkdir(parents=True)
    (source / "good.json").write_text("{}")
    (source / "sub" / "x").write_text("deep")
    (source / "link").symlink_to("/etc/passwd")
    (source / "dirlink").symlink_to("/etc")
    os.mkfifo(source / "fifo")
    (source / "two").write_text("x")
    os.link(source / "two", source / "zwei")
    (source / "späß").write_text("x")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(source / "sock"))
    refused = copy(source, target)
    kept = sorted(str(p.relative_to(target)) for p in target.rglob("*"))
    assert kept == ["good.json", "sub", "sub/x"]
    assert len(refused) == 7
    assert all(line.isascii() for line in refused)


def test_copy_out_keeps_its_budget(tmp_path: Path) -> None:
    """One file, all bytes, the number of files and the depth are bounded; holes count as bytes."""
    source, target = tmp_path / "s", tmp_path / "t"
    (source / "a" / "b" / "c" / "d" / "e").mkdir(parents=True)
    for name, size in (("1", 500), ("2", 400), ("3", 200), ("4", 601)):
        with (source / name).open("wb") as stream:
            stream.truncate(size)
    (source / "a" / "b" / "c" / "d" / "e" / "deep").write_text("x")
    refused = copy(source, target)
    assert sorted(p.name for p in target.iterdir()) == ["1", "2", "a"]
    assert not (target / "a" / "b" / "c" / "d" / "e").exists()
    assert len(refused) == 3
    assert len(copy(source, tmp_path / "few", files_left=1)) == 4
    assert copy(source, tmp_path / "none", entries_left=2)


def test_copy_out_of_a_swapped_folder(tmp_path: Path) -> None:
    """An `out` that became a link is refused, and the copy is empty."""
    (tmp_path / "s").symlink_to("/etc")
    assert copy(tmp_path / "s", tmp_path / "t") == ["out: is no longer a folder"]
    assert list((tmp_path / "t").iterdir()) == []


def test_copy_out_hides_what_looks_like_a_command(tmp_path: Path) -> None:
    """Names are shown escaped and capped, and only the first of very many."""
    (tmp_path / "s").mkdir()
    for number in range(40):
        (tmp_path / "s" / f"\x1b[31m{number}").touch()
    refused = copy(tmp_path / "s", tmp_path / "t")
    assert len(refused) == copyout.MAX_REFUSED
    assert all(line.isprintable() for line in refused)


@pytest.mark.slow
def test_removing_deep_and_closed_trees(tmp_path: Path) -> None:
    """Thousands of levels, shut folders, odd names, links to elsewhere: gone, elsewhere whole."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "x").touch()
    top = tmp_path / "top"
    (top / "shut" / "inner").mkdir(parents=True)
    (top / "shut" / "inner" / "file").touch()
    (top / "shut" / "inner").chmod(0)
    (top / "shut").chmod(0)
    (top / "away").symlink_to(precious)
    (top / ".moved-1").mkdir()
    (top / ".moved-1" / "x").touch()
    here = os.open(top, os.O_RDONLY)
    for _ in range(800):
        os.mkdir("d" * 20, dir_fd=here)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert space.below(str(top), most_inodes=10**6).inodes > 10**6  # too deep to be named
    space.remove(str(top))
    assert not top.exists()
    assert (precious / "x").exists()


def test_space_counts_blocks_and_names(tmp_path: Path) -> None:
    """Names are counted, holes are not, and it stops at the limit."""
    (tmp_path / "f").write_bytes(b"x" * 8192)
    with (tmp_path / "hole").open("wb") as stream:
        stream.truncate(1 << 30)
    held = space.below(str(tmp_path), most_inodes=100)
    assert held.inodes == 2
    assert 8192 <= held.used_bytes < 1 << 20
    assert space.below(str(tmp_path), most_inodes=1).inodes == 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_tree_sees_children_and_threads() -> None:
    """Grandchildren count, threads count, strangers do not; a name may hold any character."""
    code = (
        "import subprocess\n"
        "grandchild = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "grandchild.stdin.write(b'started'); grandchild.stdin.flush()\n"
        "print(grandchild.stdout.read(7), flush=True)\n"
        "grandchild.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # both run, and nothing of them grows any more
        seen = tree.Tree(os.getpid())
        usage = seen.look()
        assert len(usage.pids) >= 2
        assert child.pid in usage.pids
        assert os.getppid() not in usage.pids
        assert usage.rss_mb > 1
        exact = tree.proportional_mb(usage.pids, 10_000)
        bound = tree.without_files_mb(usage.pids)
        assert exact is None or 0 < exact <= bound + 1 <= usage.rss_mb + 2
        tree.kill_all(seen)
    assert tree.read(2**22 + 1) is None


def test_a_full_disk_of_the_machine_is_nobodys_but_ours() -> None:
    """Unless the submission itself holds a fair part of what it may: it cannot ask for a hold."""
    mb = 1 << 20
    assert watch.whose(held_bytes=1 * mb, most_bytes=512 * mb) == "host"
    assert watch.whose(held_bytes=60 * mb, most_bytes=512 * mb) == "disk_mb"


@pytest.mark.parametrize("limit", [name for name in STATUS if name != "host"])
def test_a_named_limit_is_the_students(limit: str) -> None:
    """Every limit has a status of its own kind, a message, and is never ours."""
    ended = finish(LIMITS, {**REPORT, "limit": limit, "exit_code": 137})
    assert (ended.status, ended.party) == (STATUS[limit], "student")
    said = REACHED[limit].does.format(limits=LIMITS)
    assert ended.message == (f"it {said}" if said else f"ended at the limit {limit}")


@pytest.mark.parametrize(
    ("report", "status", "party", "limit"),
    [
        ({}, "finished", "student", ""),
        ({"exit_code": 1}, "student_error", "student", ""),
        ({"exit_code": 139}, "died", "student", ""),
        ({"exit_code": 137}, "died", "student", ""),  # it may kill itself; that is not ours
        ({"exit_code": 152}, "timeout", "student", "cpu_s"),
        ({"exit_code": 137, "cpu_seconds": 1300.0}, "timeout", "student", "cpu_s"),
        ({"exit_code": 137, "machine_out_of_memory": 1}, "out_of_memory", "ours", "memory_mb"),
        (
            {"exit_code": 137, "machine_out_of_memory": 1, "memory_mb": 5900.0},
            "out_of_memory",
            "student",
            "memory_mb",
        ),
        ({"exit_code": 0, "machine_out_of_memory": 1}, "finished", "student", ""),
        ({"limit": "host"}, "died", "ours", "host"),
        ({"dismissed": True, "exit_code": 137}, "finished", "student", ""),
        (
            {"dismissed": True, "exit_code": 137, "cpu_seconds": 1300.0},
            "finished",
            "student",
            "",
        ),
        ({"exit_code": None}, "died", "student", ""),
    ],
)
def test_whose_doing(report: dict[str, object], status: str, party: str, limit: str) -> None:
    """Ours is only what a submission cannot bring about by itself."""
    ended = finish(LIMITS, {**REPORT, **report})
    assert (ended.status, ended.party, ended.limit) == (status, party, limit)


def test_the_kernel_ends_nobody_before_the_watchdog() -> None:
    """Its count of processor time runs ahead by a third where processes take turns."""
    assert rlimits(LIMITS, own_namespace=True)["CPU"] >= 1.5 * LIMITS.cpu_s


def test_hidden_folders_are_left_out(tmp_path: Path) -> None:
    """Landlock can only add: neighbours of what is hidden get rules of their own."""
    for name in ("lib/grader/rubric", "lib/numpy", "bin"):
        (tmp_path / name).mkdir(parents=True)
    hidden = (tmp_path / "lib" / "grader",)
    rules = dict(landlock.around(tmp_path, hidden))
    assert rules[str(tmp_path)] == "names"
    assert rules[str(tmp_path / "bin")] == "read"
    assert rules[str(tmp_path / "lib")] == "names"
    assert rules[str(tmp_path / "lib" / "numpy")] == "read"
    assert rules[str(tmp_path / "lib" / "grader")] == "names"
    assert str(tmp_path / "lib" / "grader" / "rubric") not in rules
    assert landlock.around(tmp_path / "bin", hidden) == [(str(tmp_path / "bin"), "read")]


def test_the_graders_package_among_libraries_is_hidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Installed from a wheel the package, rubric and all, lies in a folder that must be read."""
    package = tmp_path / "venv" / "lib" / "grader"
    package.mkdir(parents=True)
    monkeypatch.setattr(runtime, "PACKAGE", package)
    monkeypatch.setattr(runtime, "prefixes", lambda: {tmp_path / "venv": tmp_path / "venv"})
    assert package in runtime.hidden()
    monkeypatch.setattr(runtime, "prefixes", lambda: {})
    assert package not in runtime.hidden()


def test_closed_sources_are_copied(tmp_path: Path) -> None:
    """What another uid cannot walk to is copied to where it can, once for each state."""
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "x").write_text("1")
    home.chmod(0o700)
    assert not reachable(home / "data")
    first = Reach(70_000).place(home / "data")
    assert (first / "x").read_text() == "1"
    assert first != home / "data"
    assert Reach(70_000).place(home / "data") == first
    assert Reach(None).place(home / "data") == home / "data"


def test_closed_packages_get_second_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that others may read; nothing that is hidden; refused as a whole, with a sentence."""
    packages = tmp_path / "home" / "packages"
    for name in ("numpy", "grader/rubric", "tensorflow/include"):
        (packages / name).mkdir(parents=True)
        (packages / name / "x.py").write_text(name)
    (tmp_path / "home").chmod(0o700)
    monkeypatch.setattr(reach, "_packages", lambda: packages)
    reach._link_packages(tmp_path / "names", hidden=(packages / "grader",))
    assert (tmp_path / "names" / "numpy" / "x.py").samefile(packages / "numpy" / "x.py")
    assert sorted(path.name for path in (tmp_path / "names").iterdir()) == ["numpy", "tensorflow"]
    (packages / "numpy" / "x.py").chmod(0o600)
    with pytest.raises(SandboxError, match="cannot read the Python packages"):
        reach._link_packages(tmp_path / "refused", hidden=())


def test_placeholders_leave_other_braces() -> None:
    """Arguments may be JSON."""
    assert fill('{"a": "{data}/x", "{b}": {}}', {"data": "/d"}) == '{"a": "/d/x", "{b}": {}}'


def test_mount_names_are_plain() -> None:
    """A mount's name becomes a variable and a folder."""
    with pytest.raises(ValueError, match="pattern"):
        Mount(name="../x", source=Path("/"))


def test_nothing_of_the_sandbox_errors_hides_advice() -> None:
    """A SandboxError is worth another try, and says what to do when there is something."""
    assert SandboxError("a", what_to_do="Do b.").retryable
    assert str(SandboxError("a.", what_to_do="Do b.")) == "a. Do b."
