"""A real scheduler and real workers, as processes: nothing is lost, whoever dies."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import psutil
import pytest
from machines import answers, free_port, program, recording
from tiny_assignment import made, put

from grader.assignment import load_assignment
from grader.assignment.data import AssetStore
from grader.intake.sources import Source
from grader.pipeline import Board, Outcome, all_for, grade_all
from grader.pipeline.cluster import Cluster, opened, write_certificates
from grader.records import Assets, Cache, GraderError
from grader.run import Setting
from grader.sandbox import Exit, choose

pytest.importorskip("distributed")

from distributed import Client, LocalCluster

from grader.pipeline.cluster.units import ended_with_its_task

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    # distributed drops the socket of a connection that the dead scheduler's port refused
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]


class Machines(NamedTuple):
    address: str
    certificates: Path
    workers: list[psutil.Process]
    stop_scheduler: Callable[[], None]
    start_scheduler: Callable[[], object]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers of one run each, with certificates."""
    folder = tmp_path_factory.mktemp("machines")
    write_certificates(folder / "certificates")
    port = free_port()
    more = {
        "GRADER_HOME": str(folder / "home"),
        "GRADER_SANDBOX": f"replay:{recording(folder / 'recorded')}",
        "GRADER_CERTIFICATES": str(folder / "certificates"),
    }
    address = f"tls://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        words = ("cluster", "scheduler", "--port", str(port))
        listening = stack.enter_context(program(*words, **more))
        answers(port)
        workers = [
            stack.enter_context(program("worker", address, "--runs", "1", **more)) for _ in range(2)
        ]
        processes = [psutil.Process(worker.pid) for worker in workers]
        yield Machines(
            address, folder / "certificates", processes, listening.kill,
            lambda: stack.enter_context(program(*words, **more)),
        )  # fmt: skip


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Of an assignment without a recipe, on this machine."""
    monkeypatch.setenv("GRADER_SANDBOX", f"replay:{recording(tmp_path / 'recorded')}")
    student = tmp_path / "data" / "student"
    student.mkdir(parents=True)
    (student / "cubes-and-cones.npz").write_bytes(os.urandom(9_000_000))  # three pieces
    record = Assets(kind="stand-in", scale="full", sha256=student.parent.parent.name)
    assets = AssetStore(
        root=student.parent, student=student, hidden=student.parent / "private", weights=None,
        base_graph=None, fingerprints=None, record=record, hidden_kind="stand-in",
        recipe_epochs=1,
    )  # fmt: skip
    return Setting(
        assignment=load_assignment(made(tmp_path / "assignments")),
        assets=assets,
        sandbox=choose(),
        cache=Cache(tmp_path / "cache"),
        out=tmp_path / "alone",
    )


def sources(folder: Path, count: int) -> list[Source]:
    return [
        Source(
            id=f"s{number:03}",
            path=put(folder / f"{number}.ipynb", f"own = {number}"),
            shown=f"{number}.ipynb",
        )
        for number in range(count)
    ]


@contextlib.contextmanager
def joined(machines: Machines, setting: Setting, out: Path) -> Iterator[tuple[Cluster, Setting]]:
    with opened(machines.address, certificates=machines.certificates) as cluster:
        far = cluster.for_assignment(setting.assignment, setting.assets, setting.cache)
        yield cluster, Setting(
            assignment=setting.assignment, assets=setting.assets, sandbox=cluster.tier(),
            cache=Cache(out.with_name("far-cache")), elsewhere=far, out=out,
        )  # fmt: skip


def graded(
    cluster: Cluster | None, setting: Setting, given: list[Source], tick: Callable[[Board], None]
) -> list[Outcome]:
    board = Board(total=len(given), others=cluster)
    return grade_all(all_for(setting, given), jobs=2, board=board, tick=tick)


def plain(outcomes: list[Outcome]) -> list[object]:
    """Grades without the number of the worker and the time of judging."""
    grades = [outcome.grade for outcome in outcomes if outcome.grade]
    return [
        grade.model_copy(
            update={"run": grade.run.model_copy(update={"worker": 0}), "graded_at": ""}
        )
        for grade in grades
    ]


def wait_for(cluster: Cluster, workers: int) -> None:
    until = time.monotonic() + 60
    while cluster.slots() < workers and time.monotonic() < until:
        time.sleep(0.5)
    assert cluster.slots() == workers


def test_a_batch_on_two_machines_has_the_grades_of_one(
    machines: Machines, setting: Setting, tmp_path: Path
) -> None:
    """Both workers took part, got the data by their hash, and sent back whole run folders."""
    given = sources(tmp_path / "in", 12)
    alone = graded(None, setting, given, lambda board: None)
    with joined(machines, setting, tmp_path / "far") as (cluster, far):
        wait_for(cluster, 2)
        two = graded(cluster, far, given, lambda board: None)
    assert plain(two) == plain(alone)
    assert {outcome.grade.run.worker for outcome in two if outcome.grade} == {1, 2}
    attempts = list((tmp_path / "far").glob("*/*/*/out/answers.json"))
    assert len(attempts) == len(given)


def test_a_worker_that_is_killed_loses_nothing(
    machines: Machines, setting: Setting, tmp_path: Path
) -> None:
    """What it was doing is done again; its nanny brings another one."""
    killed: list[psutil.Process] = []

    def kill(board: Board) -> None:
        if len(board.done) > 5 and not killed:
            killed.extend(
                child
                for child in machines.workers[0].children()
                if "spawn_main" in " ".join(child.cmdline())
            )
            for child in killed:
                child.kill()

    with joined(machines, setting, tmp_path / "far") as (cluster, far):
        done = graded(cluster, far, sources(tmp_path / "in", 60), kill)
    assert killed
    assert all(outcome.grade and not outcome.grade.held for outcome in done)
    assert len(done) == 60


def test_workers_of_this_machine_alone(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`local:1` starts what it needs, with certificates of its own, and ends it."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("grader.pipeline.cluster.engine.unfit", list)
    with opened("local:1") as cluster:
        assert len(cluster.lines()) == 1
        assert cluster.client.scheduler is not None
        assert cluster.client.scheduler.address.startswith("tls://127.0.0.1")
        far = replace(
            setting,
            elsewhere=cluster.for_assignment(setting.assignment, setting.assets, setting.cache),
        )
        done = graded(cluster, far, sources(tmp_path / "in", 3), lambda board: None)
    assert [outcome.grade and outcome.grade.run.worker for outcome in done] == [1, 1, 1]


STARTED, ENDED = threading.Event(), threading.Event()


def endless() -> None:
    """A unit whose sandbox does not end by itself."""
    running: Any = SimpleNamespace(
        poll=lambda: Exit(status="died") if ENDED.is_set() else None,
        kill=lambda limit, message: ENDED.set(),
    )
    tier: Any = SimpleNamespace(start=lambda job: running)
    job: Any = SimpleNamespace()
    with ended_with_its_task(tier) as sandbox:
        sandbox.start(job)
        STARTED.set()
        ENDED.wait(60)


@pytest.mark.filterwarnings("ignore")
def test_a_client_that_stops_leaves_nothing_running() -> None:
    """Dask tells the worker that nobody waits any more, and the worker ends the sandbox."""
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as local:
        with Client(local, set_as_default=False) as client:
            kept = client.submit(endless, pure=False)
            assert STARTED.wait(30)
            assert not ENDED.is_set()
            assert kept.status == "pending"
        assert ENDED.wait(10)


def test_nobody_joins_without_a_certificate(machines: Machines, tmp_path: Path) -> None:
    """Nor with one of another authority; an open connection is not answered."""
    write_certificates(tmp_path / "others")
    with (
        pytest.raises(GraderError, match="No scheduler answers"),
        opened(machines.address, certificates=tmp_path / "others"),
    ):
        pass


def test_a_scheduler_that_dies_ends_the_batch(
    machines: Machines, setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was finished by then is kept; the rest is said not to be graded."""
    monkeypatch.setattr("grader.pipeline.cluster.engine.CONNECT_S", 3.0)

    def kill(board: Board) -> None:
        if len(board.done) > 5:
            machines.stop_scheduler()

    with joined(machines, setting, tmp_path / "far") as (cluster, far):
        done = graded(cluster, far, sources(tmp_path / "in", 400), kill)
        assert cluster.lost
    assert 5 < sum(bool(outcome.grade) for outcome in done) < 400
    assert any("scheduler is gone" in outcome.problem for outcome in done)


def test_workers_find_a_scheduler_that_was_started_anew(machines: Machines) -> None:
    """They lost it in the test above; nobody has to start them again."""
    machines.start_scheduler()
    answers(int(machines.address.rpartition(":")[2]))
    with opened(machines.address, certificates=machines.certificates) as cluster:
        wait_for(cluster, 2)
