"""What a worker does: runs a notebook, does a task of the measuring sandbox, keeps data.

These functions are the only ones of ours that Dask calls on a worker. They take and give bytes,
and raise nothing but `Stopped`: what went wrong is in the reply.
"""

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import get_worker

from grader.assignment import Assignment
from grader.measure import NotMeasurable, NotRebuilt, Order, Tasks
from grader.pipeline.cluster.edition import edition_sha256
from grader.pipeline.cluster.parcels import (
    MeasureOrder,
    Reply,
    RunOrder,
    UnitOrder,
    assignment_from,
    data_home,
    known_data,
    left_at,
    packed,
    packed_all,
    sealed,
    store_at,
    took_piece,
)
from grader.pipeline.relabelled import swapped
from grader.records import AssetError, Cache, GraderError, Run, save, scratch
from grader.run import Setting, Work, run_notebook
from grader.sandbox import Exit, Job, Running, Sandbox, choose

THREADS = "GRADER_THREADS"
"""Of one notebook's computing, as the worker was started."""
WATCH_S = 0.5
GOING = ("executing", "long-running")
"""States of a task on its worker, while it is wanted."""
doing: dict[str, str] = {}
"""Key of a unit that is being done here → its stage: read by the heartbeat."""


class Stopped(Exception):
    """Nobody wants this unit any more: its sandbox was ended."""


class Stoppable(Sandbox):
    """A tier whose runs another thread can end."""

    def __init__(self, tier: Sandbox) -> None:
        self._tier = tier
        self._started: list[Running] = []
        self.stopped = False

    @property
    def name(self) -> str:
        return self._tier.name

    @property
    def own_root(self) -> bool:
        return self._tier.own_root

    @property
    def lacks(self) -> tuple[str, ...]:
        return self._tier.lacks

    def recorded(self, job: Job) -> Run | None:
        return self._tier.recorded(job)

    def start(self, job: Job) -> Running:
        if self.stopped:
            raise Stopped
        running = self._tier.start(job)
        self._started.append(running)
        if self.stopped:
            _end(running)
        return running

    def stop(self) -> None:
        self.stopped = True
        for running in self._started:
            _end(running)


def _end(running: Running) -> None:
    ended: Exit | None = running.poll()
    if ended is None:
        running.kill("host", "the grader was stopped")


def own_key() -> str:
    """Of the unit that this thread does."""
    return str(get_worker().get_current_task())


@contextlib.contextmanager
def ended_with_its_task(tier: Sandbox) -> Iterator[Stoppable]:
    """The tier for one unit: when Dask wants the unit no longer (Ctrl-C at the client, its machine
    gone), the sandbox is ended, for Dask itself cannot end a thread."""
    worker, key = get_worker(), own_key()
    sandbox, over = Stoppable(tier), threading.Event()

    def watch() -> None:
        while not over.wait(WATCH_S):
            task = worker.state.tasks.get(key)
            if task is None or task.state not in GOING:
                sandbox.stop()

    threading.Thread(target=watch, name="watch", daemon=True).start()
    try:
        yield sandbox
    finally:
        over.set()
        doing.pop(key, None)
        if sandbox.stopped:
            raise Stopped


def run_unit(order: bytes) -> bytes:
    """Run a notebook. order: a `RunOrder`. The reply's archive is the run folder."""
    wanted = RunOrder.model_validate_json(order)

    def run(setting: Setting) -> bytes:
        setting = replace(setting, training=wanted.training, keras=wanted.keras)
        with scratch("unit") as folder:
            work = Work(
                submission=wanted.submission,
                notebook=wanted.notebook,
                setting=setting,
                asked=wanted.asked,
                lacking=wanted.lacking,
                folder=folder,
            )
            if wanted.training == "relabelled":
                assets = replace(setting.assets, student=swapped(work))
                work = replace(work, setting=replace(setting, assets=assets))
            key = own_key()
            ended = run_notebook(work, lambda stage: doing.update({key: stage}), wanted.earlier)
            save(folder / "run.json", ended, lasting=False)
            return packed(folder)

    return _answered(wanted, run)


def measure_unit(order: bytes, *files: bytes) -> bytes:
    """Do one task of the measuring sandbox. order: a `MeasureOrder`. files: the numbers that it
    names, in the order of their names. The archive is what the task left."""
    wanted = MeasureOrder.model_validate_json(order)

    def measure(setting: Setting) -> bytes:
        assert setting.assignment.recipe is not None  # noqa: S101 - else nobody asks
        doing[own_key()] = "measure"
        tasks = Unlabelled(
            setting.assignment,
            setting.assignment.recipe,
            setting.assets,
            setting.sandbox,
            setting.cache,
        )
        with scratch("unit") as folder, scratch("numbers") as numbers:
            task = _with_files(Order.model_validate_json(wanted.task), files, numbers)
            tasks.carry_out(task, folder)
            return packed_all(folder)

    return _answered(wanted, measure)


class Unlabelled(Tasks):
    """Tasks on a machine that has the hidden inputs, and not their labels."""

    def _hidden(self) -> Path:
        return self.assets.root


def _with_files(task: Order, files: tuple[bytes, ...], folder: Path) -> Order:
    """The same with its files of numbers where they are here."""
    prepared = task.prepared
    if prepared is None:
        return task
    changed: dict[str, Any] = {}
    for name, content in zip(sorted(prepared.files), files, strict=True):
        (folder / name).write_bytes(content)
        changed[name] = replace(getattr(prepared, name), file=folder / name)
    return task.model_copy(update={"prepared": replace(prepared, **changed)})


def _answered(wanted: UnitOrder, unit: Callable[[Setting], bytes]) -> bytes:
    reply = Reply(worker=get_worker().address)

    def fault(kind: str, why: object) -> bytes:
        return reply.model_copy(update={"kind": kind, "fault": str(why)[:500]}).framed()

    if wanted.edition != edition_sha256():
        return fault("edition", "The worker has another edition of the grader or its packages.")
    data = known_data(wanted.data)
    if data is None:
        return reply.model_copy(update={"lacks": True}).framed()
    try:
        with ended_with_its_task(choose()) as sandbox:
            archive = unit(_setting(wanted, data, sandbox))
        return _sent(wanted, reply.model_copy(update={"tier": sandbox.name}), archive)
    except NotMeasurable as reason:
        return fault("not_measurable", reason)
    except NotRebuilt as reason:
        return fault("not_rebuilt", reason)
    except (GraderError, OSError) as problem:
        return fault("ours", problem)


def _sent(wanted: UnitOrder, reply: Reply, archive: bytes) -> bytes:
    if not wanted.shared:
        return reply.framed(archive)
    name, sha256 = left_at(wanted.shared, archive)
    return reply.model_copy(update={"left": name, "sha256": sha256}).framed()


@functools.lru_cache(maxsize=8)
def _assignment(text: str, folder: Path) -> Assignment:
    return assignment_from(text, folder)


def _setting(wanted: UnitOrder, data: Path, sandbox: Sandbox) -> Setting:
    return Setting(
        assignment=_assignment(wanted.assignment, data),
        assets=store_at(data),
        sandbox=sandbox,
        cache=Cache(data_home() / "cache"),
        threads=int(os.environ.get(THREADS, "1")),
    )


def piece_unit(sha256: str, offset: int, piece: bytes) -> int:
    """Keep a piece of data; see `took_piece`."""
    return took_piece(sha256, offset, piece)


def seal_unit(sha256: str) -> str:
    """Put data in place that have come whole; why that did not go, or ""."""
    try:
        sealed(sha256)
    except (AssetError, OSError) as problem:
        return str(problem)
    return ""
