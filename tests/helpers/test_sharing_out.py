"""Workers get whole groups of tests: what the first test of a group made is made once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import pytest
from sharing_out import ONE_CLASS, SECONDS, Sharing, group_of
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("test", "group"),
    [
        (
            "tests/evidence/graph/test_graph.py::test_one[warm]",
            "tests/evidence/graph/test_graph.py",
        ),
        ("tests/cli/test_commands.py::TestOne::test_two", "tests/cli/test_commands.py"),
        ("tests/reference/test_cases.py::test_one[a-b/solution]", f"{ONE_CLASS[0]} a-b"),
        ("tests/reference/test_selfcheck_cases.py::test_two[a-b]", f"{ONE_CLASS[0]} a-b"),
        ("tests/reference/test_selfcheck_cases.py::test_two", ONE_CLASS[0]),
        ("tests/reference/test_more.py::test_two", "tests/reference/test_more.py"),
        ("tests/attacks/test_x.py::test_one[warm-alarms]", "tests/attacks/test_x.py warm"),
        ("tests/attacks/test_x.py::test_one[b.py-landlock]", "tests/attacks/test_x.py landlock"),
        ("tests/attacks/test_x.py::test_warm_ones_bite[alarms]", "tests/attacks/test_x.py"),
    ],
)
def test_what_belongs_together(test: str, group: str) -> None:
    assert group_of(test) == group


def test_the_longest_group_is_given_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one worker would begin it when the other has nothing left to do."""
    given = []

    def give(self: LoadScopeScheduling, node: object) -> None:
        given.append(self.workqueue.popitem(last=False)[0])

    monkeypatch.setattr(LoadScopeScheduling, "_assign_work_unit", give)
    longest, *_, shortest = sorted(SECONDS, key=lambda group: -SECONDS[group])
    sharing = Sharing.__new__(Sharing)
    sharing.workqueue = OrderedDict((name, {}) for name in ("a.py", shortest, "b.py", longest))
    for _ in range(4):
        sharing._assign_work_unit(None)
    assert given == [longest, shortest, "a.py", "b.py"]


def test_every_group_with_known_seconds_is_there() -> None:
    for group in SECONDS:
        assert (TESTS.parent / group.partition(" ")[0]).is_file(), group


@pytest.mark.slow
def test_workers_really_get_whole_groups(tmp_path: Path) -> None:
    """xdist alone would give the two files of one class to two workers."""
    tests = tmp_path / "tests"
    (tests / "reference").mkdir(parents=True)
    shutil.copyfile(TESTS / "conftest.py", tests / "conftest.py")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {TESTS / 'helpers'}\n")
    for name in (*ONE_CLASS, "tests/test_three.py"):
        (tmp_path / name).write_text(
            "import time\ndef test(): time.sleep(0.2)\ndef test_b(): pass\n"
        )
    words = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadscope"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    ran = re.findall(r"\[(gw\d)\].* PASSED tests/(\w+)", done.stdout)
    assert len(ran) == 6, done.stdout + done.stderr
    assert len({worker for worker, where in ran if where == "reference"}) == 1
    assert len({worker for worker, _ in ran}) == 2
