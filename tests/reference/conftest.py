"""All labelled cases through the real sandbox with real TensorFlow, once a session.

Those that differ from a solution in graded cells alone are asked many in one kernel (`in_pieces`),
the rest, and one in six of these, are graded whole, as a class.
"""

from __future__ import annotations

from pathlib import Path

import in_pieces
import pytest
from in_pieces import Pieced
from labelled import EXPECTED, LOOP_S, RECIPE, Case, setting, sources

from grader.judge import judge
from grader.pipeline import all_for, grade_all
from grader.records import attempts, load_evidence

JOBS = 2


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the batch of `whole` keeps its run folders."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def pieces() -> dict[str, Pieced]:
    """Every case that can be asked beside others."""
    return in_pieces.pieces()


@pytest.fixture(scope="session")
def whole(runs: Path, pieces: dict[str, Pieced]) -> dict[str, Case]:
    """What is graded as a submission, two at once."""
    asked_apart = set(pieces) - set(in_pieces.run_whole_as_well(pieces))
    names = [name for name in RECIPE if name not in asked_apart]
    loops = [name for name in names if EXPECTED[name]["slow"]]
    here = setting(runs, jobs=JOBS)
    quick = sources([name for name in names if name not in loops])
    done = grade_all(all_for(here, quick), jobs=JOBS)
    slow = setting(runs, jobs=JOBS, cell_s=LOOP_S)
    done += grade_all(all_for(slow, sources(loops)), jobs=JOBS)
    cases = {}
    for outcome in done:
        (attempt,) = attempts(here.folder / outcome.source.id)
        cases[outcome.source.id] = Case(outcome.grade, load_evidence(attempt), outcome.problem)
    return cases


@pytest.fixture(scope="session")
def asked_apart(
    pieces: dict[str, Pieced], whole: dict[str, Case], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Case]:
    """What can be asked beside others, two kernels at once; after those that are run whole, so that
    what was trained for them is known."""
    assert whole
    out = tmp_path_factory.mktemp("pieces")
    here = setting(out, jobs=JOBS)
    failed = in_pieces.ask(pieces, here, out / "work", jobs=JOBS)
    cases = {}
    for name, case in pieces.items():
        evidence = case.evidence(here)
        graded = judge(here.assignment, evidence) if evidence else None
        cases[name] = Case(graded, evidence, failed.get(name, ""))
    return cases


@pytest.fixture(scope="session")
def outcomes(whole: dict[str, Case], asked_apart: dict[str, Case]) -> dict[str, Case]:
    """Every case of the recipe mode; as it was graded whole, where it was."""
    return {**asked_apart, **whole}
