"""Cells of flat code can be run again, silently, from within the grader's own request."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest
from fresh_python import INSIDE

pytestmark = pytest.mark.slow

START = """
import importlib
import json
from IPython.core.interactiveshell import InteractiveShell
from grader_inside.kernel import history
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
history.follow(shell)
facts = {}
def run(source): return shell.run_cell(source, store_history=True)
"""
END = "\nprint('FACTS', json.dumps(facts))"


def facts_of(code: str) -> dict[str, Any]:
    script = INSIDE + START + code + END
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.rpartition("FACTS ")[2])
    return facts | {"printed": done.stdout.rpartition("FACTS ")[0]}


@pytest.mark.timeout(60)
def test_cells_are_remembered_with_what_they_bound() -> None:
    """In order, with whether they came to their end; a name bound twice stands at both."""
    facts = facts_of(
        "run('a = [1]'); run('b = [2]\\nraise ValueError'); run('a = [3]'); run('c = (')\n"
        "facts['well'] = [cell.went_well for cell in history.cells()]\n"
        "facts['a'], facts['b'] = history.binding('a'), history.binding('b')"
    )
    assert facts["well"] == [True, False, True, False]
    assert facts["a"] == [0, 2]
    assert facts["b"] == [1]


@pytest.mark.timeout(60)
def test_what_a_cell_deletes_of_keras_is_kept() -> None:
    """Or replaces by None, until the name is bound again; nothing else of the notebook's is."""
    facts = facts_of(
        "run('class Model: pass\\nModel.__module__ = \"keras.src.models\"\\n'\n"
        "    'class Mine(Model): pass\\na, b, c, d, e = Model(), Mine(), Model(), Model(), [1]')\n"
        "run('del a, c, e'); run('b = None'); run('c = 3')\n"
        "facts['deleted'] = sorted(history.deleted())"
    )
    assert facts["deleted"] == ["a", "b"]


@pytest.mark.timeout(60)
def test_models_that_smaller_ones_replace_are_kept() -> None:
    """The largest under each name, as a part of it or an experiment takes its name."""
    facts = facts_of(
        "run('class Model:\\n    layers = ()\\n'\n"
        "    '    def __init__(self, n): self.weights = [0] * n\\n'\n"
        "    'Model.__module__ = \"keras.src.models\"\\na, b, c = Model(5), Model(2), Model(3)')\n"
        "run('a = Model(4)'); run('a = Model(1)'); run('b = Model(3)'); run('c = 5')\n"
        "facts['kept'] = {name: len(model.weights) for name, model in history.replaced().items()}"
    )
    assert facts["kept"] == {"a": 5}


@pytest.mark.timeout(60)
def test_lines_of_ipython_do_not_hide_a_cell() -> None:
    """Magics and lines for a shell are left out, with those that go on from them."""
    facts = facts_of(
        "cells = ['%%time\\na = 1', '!wget \\\\\\n  -q x\\nb = 2', 'if a:\\n    !ls\\n    c = 3']\n"
        "facts['bound'] = [sorted(history.assigned(cell)) for cell in cells]\n"
        "facts['text'] = sorted(history.assigned('d = (4\\n% 3)'))"
    )
    assert facts["bound"] == [["a"], ["b"], ["c"]]
    assert facts["text"] == ["d"]


@pytest.mark.timeout(60)
def test_code_that_python_cannot_take_in_binds_nothing() -> None:
    """Nested too deeply: nothing is told of it, and there is no error of ours."""
    facts = facts_of(
        "facts['names'] = [\n"
        "    list(history.assigned('b = 1' + '+1' * 9000)),\n"
        "    list(history.assigned('b = ' + '-' * 9000 + '1')),\n"
        "]"
    )
    assert facts["names"] == [[], []]


@pytest.mark.timeout(60)
def test_cells_run_again_in_silence_inside_another_cell() -> None:
    """Their effects are there; prints, tracebacks and a place in the history are not."""
    facts = facts_of(
        "shell.user_ns.update(history=history, shell=shell, log=[])\n"
        "run('log.append(1); print(\\'NOISE\\'); total = [len(log)]')\n"
        "run('total[0] += given; raise KeyError(\\'LOUD\\')')\n"
        "before = len(history.cells())\n"
        "run('given = 40\\nhistory.again([0, 1])')\n"
        "facts['log'], facts['total'] = shell.user_ns['log'], shell.user_ns['total']\n"
        "facts['more'] = len(history.cells()) - before"
    )
    assert facts["log"] == [1, 1]
    assert facts["total"] == [42]
    assert facts["more"] == 1  # only the cell that asked
    assert facts["printed"].count("NOISE") == 1
    assert facts["printed"].count("LOUD") == 1  # the line where it first stopped, at `given`


def test_a_kernel_that_was_not_followed_is_recalled() -> None:
    """Each cell where it was run last, with the names that its code binds."""
    history = importlib.import_module("grader.inside.kernel.history")
    before = history.cells()
    try:
        history.recall(["", "a = 1", "b, c = f()", "a = 1", 3, "!ls", "for x in y: z[0] = x"])
        found = [(cell.source, cell.bound) for cell in history.cells()]
        assert found == [
            ("", set()), ("b, c = f()", {"b", "c"}), ("a = 1", {"a"}), ("!ls", set()),
            ("for x in y: z[0] = x", {"x"}),
        ]  # fmt: skip
        assert history.binding("a") == [2]
    finally:
        history._cells[:] = before


@pytest.mark.timeout(60)
def test_a_cell_that_ran_away_is_not_run_in_full_again() -> None:
    """Only its beginning, which bound what is looked for."""
    facts = facts_of("""
run('''import os
made = os.sep
print('seen', made)
for step in range(3): raise KeyboardInterrupt
''')
facts['ran_away'] = history.cells()[0].ran_away
shell.user_ns['made'] = None
history.again([0])
facts['made'] = shell.user_ns['made']
run('''while True: raise KeyboardInterrupt
''')
history.again([1])
facts['beginning'] = history._beginning(history.cells()[1])
""")
    assert (facts["ran_away"], facts["made"], facts["beginning"]) == (True, "/", "")
