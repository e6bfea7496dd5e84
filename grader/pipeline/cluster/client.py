"""The client's side: units are handed to workers, their replies become run folders here.

What is finished lies on the client's disk; a worker that dies costs what it was doing, which Dask
gives to another one. Threads of the batch wait here, a bounded number of them, so the client's
memory does not grow with the class.
"""

import contextlib
import functools
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.measure import NotMeasurable, NotRebuilt
from grader.pipeline.cluster.edition import differences, edition_sha256, resource
from grader.pipeline.cluster.parcels import (
    MeasureOrder,
    Reply,
    RunOrder,
    UnitOrder,
    assignment_json,
    data_archive,
    pieces,
    taken_from,
    unpacked,
    unpacked_all,
)
from grader.pipeline.cluster.units import measure_unit, piece_unit, run_unit, seal_unit
from grader.records import Cache, GraderError, MeasureError, Run, SandboxError, load
from grader.run import TRIES, Progress, Work, failed
from grader.sandbox import Job, Running, Sandbox

logger = logging.getLogger(__name__)
DEADLY = 3
"""So many workers may die with a unit; then it is not given to another one."""
LOOK_S = 2.0
MOST_TURNS = 50
"""Of one unit: data that a worker lacked, a worker or a connection that was lost."""
ANSWER_S = 60.0
"""Within it a worker has to take a piece of data."""


class Lost(GraderError):
    """The scheduler is gone: nothing can be asked any more."""


class ClusterTier(Sandbox):
    """Stands where a batch of one machine has its tier: which one ran is in each run."""

    name = "cluster"

    def __init__(self, lacks: tuple[str, ...] = ()) -> None:
        self._lacks = lacks

    @property
    def lacks(self) -> tuple[str, ...]:
        return self._lacks

    def start(self, job: Job) -> Running:
        raise SandboxError("Nothing is run on this machine.")


@dataclass
class Cluster:
    """A client that is connected. `close` it."""

    client: Client
    shared: str = ""
    lost: bool = False
    """The scheduler has gone."""
    _numbers: dict[str, int] = field(default_factory=dict)
    _sending: dict[str, threading.Lock] = field(default_factory=dict)
    _deadly: set[str] = field(default_factory=set)
    _shown: dict[str, str] = field(default_factory=dict)
    """Key of a unit → what the display calls it."""
    _archives: dict[str, Path] = field(default_factory=dict)
    """sha256 of an assignment's data → their archive."""
    _looked: tuple[float, dict[str, Any]] = (0.0, {})
    _guard: threading.Lock = field(default_factory=threading.Lock)

    # --- who is there

    def workers(self) -> dict[str, Any]:
        """Address → what the scheduler knows of each worker that can take our units; some seconds
        old at most."""
        then, known = self._looked
        if time.monotonic() - then > LOOK_S and self.client.status == "running":
            with contextlib.suppress(OSError, ValueError, RuntimeError, TimeoutError, KeyError):
                known = self.client.scheduler_info(n_workers=-1)["workers"]
            self._looked = time.monotonic(), known
            for address in known:
                self.number(address)
        offered = resource(edition_sha256())
        return {name: facts for name, facts in known.items() if facts["resources"].get(offered)}

    def slots(self) -> int:
        """Runs at once on all workers."""
        offered = resource(edition_sha256())
        return sum(int(facts["resources"][offered]) for facts in self.workers().values())

    def wait_for_workers(self, seconds: float) -> None:
        """Until one is there that can take our units. GraderError when none has come."""
        until = time.monotonic() + seconds
        while not self.workers() and time.monotonic() < until:
            time.sleep(0.3)
            self._looked = (0.0, self._looked[1])
        if self.workers():
            return
        if others := self._others():
            raise GraderError(others[0], what_to_do="Install the same on all machines.")
        raise GraderError(
            f"No worker has come within {seconds:.0f} s.",
            what_to_do="Start one on each machine: grader worker ADDRESS.",
        )

    def _others(self) -> list[str]:
        fitting = self.workers()
        sentences = []
        for address, facts in self._looked[1].items():
            if address not in fitting:
                theirs = facts.get("grader", {}).get("edition", {})
                why = differences(theirs) if theirs else "no grader that says what it is"
                sentences.append(f"Worker {self.number(address)} gets no work: it has {why}.")
        return sentences

    def number(self, address: str) -> int:
        with self._guard:
            return self._numbers.setdefault(address, len(self._numbers) + 1)

    def lines(self) -> list[str]:
        """For the display: number, tier, how many runs at once, what each does; who gets none."""
        at_work = [self._line(address, facts) for address, facts in self.workers().items()]
        return [*(at_work or ["no worker: waiting for one"]), *self._others()]

    def _line(self, address: str, facts: dict[str, Any]) -> str:
        runs = int(facts["resources"][resource(edition_sha256())])
        stages = facts.get("metrics", {}).get("grader", {}).items()
        shown = self._shown.copy()  # other threads begin and end units
        mine = [f"{shown[key]} {stage}" for key, stage in stages if key in shown]
        does = ", ".join(mine) or ("idle" if not stages else "at work for somebody else")
        tier = facts.get("grader", {}).get("tier", "")
        return f"worker {self.number(address)} ({tier}, {runs} at once): {does}"

    @property
    def dashboard(self) -> str:
        return str(self.client.dashboard_link)

    def tier(self) -> ClusterTier:
        """With what any of the workers' tiers lacks."""
        about = [facts.get("grader", {}) for facts in self.workers().values()]
        return ClusterTier(tuple({lack: 0 for each in about for lack in each.get("lacks", ())}))

    # --- units

    def have_done(
        self,
        unit: Callable[..., bytes],
        parts: list[bytes],
        order: UnitOrder,
        name: str,
        shown: str,
    ) -> tuple[Reply, bytes]:
        """Have a worker do it: its reply and the archive. Raises SandboxError for a fault of ours
        (a fault of the unit's own is in the reply), and Lost.

        name: of equal units, in the whole cluster. shown: what the display calls it."""
        if name in self._deadly:
            raise SandboxError(f"{DEADLY} workers died with it.")
        for turn in range(MOST_TURNS):
            key = f"{name}-{turn}"
            self._shown[key] = shown
            try:
                answer = self._answer(unit, parts, key)
            except KilledWorker as problem:
                self._deadly.add(name)
                raise SandboxError(f"{DEADLY} workers died with it.") from problem
            finally:
                self._shown.pop(key, None)
            if answer is None:
                continue
            reply, archive = Reply.parse(answer)
            if reply.lacks:
                self._send(reply.worker, order.data)
                continue
            if reply.kind in ("ours", "edition"):
                raise SandboxError(reply.fault)
            if reply.left:
                archive = taken_from(self.shared, reply.left, reply.sha256)
            return reply, archive
        raise SandboxError(f"No worker has answered in {MOST_TURNS} tries.")

    def _answer(self, unit: Callable[..., bytes], parts: list[bytes], key: str) -> bytes | None:
        """None: nobody has done it, to be asked again."""
        self._wait_for_scheduler()
        try:
            future: Future[bytes] = self.client.submit(
                unit, *parts, key=key, resources={resource(edition_sha256()): 1}
            )
            try:
                return future.result()
            finally:
                future.release()
        except KilledWorker:
            raise
        except Exception as problem:  # noqa: BLE001 - of a dozen kinds, for what is lost on the way
            logger.info("%s: asked again: %s", key, type(problem).__name__)
            return None

    def _wait_for_scheduler(self) -> None:
        """Wait while the scheduler is out of reach for a moment. Lost, when it stays so."""
        while self.client.status != "running":
            if self.client.status in ("closed", "closing"):  # Dask has tried for CONNECT_S
                self.lost = True
                raise Lost("The scheduler is gone.")
            time.sleep(0.2)

    def _send(self, address: str, sha256: str) -> None:
        """The data to a worker that has not got them; where two need them at once, one waits."""
        with self._guard:
            turn = self._sending.setdefault(address, threading.Lock())
        with turn:
            at = functools.partial(self._at, address)
            archive = self._archives[sha256]
            while (size := at(piece_unit, sha256, 0, b"")) is not None:
                if size < 0:
                    return
                for piece in pieces(archive, size):
                    if (now := at(piece_unit, sha256, size, piece)) != size + len(piece):
                        break
                    size = now
                if size >= archive.stat().st_size and (problem := at(seal_unit, sha256)):
                    raise SandboxError(f"A worker could not keep the data: {problem}")

    def _at(self, address: str, function: Callable[..., Any], *parts: Any) -> Any:
        """What a worker says; None when it is gone."""
        self._wait_for_scheduler()
        try:
            future = self.client.submit(
                function, *parts, pure=False, workers=[address], allow_other_workers=False
            )
            return future.result(timeout=ANSWER_S)
        except Exception as problem:  # noqa: BLE001 - likewise
            logger.info("%s is gone: %s", address, type(problem).__name__)
            return None

    def for_assignment(self, chosen: Assignment, assets: AssetStore, cache: Cache) -> "Remote":
        """What `Setting.elsewhere` needs. Makes the archive of its data first."""
        folder = data_archive(chosen, assets, cache)
        sha256 = (folder / "sha256").read_text(encoding="ascii").strip()
        self._archives[sha256] = folder / "data.zip"
        return Remote(self, sha256, chosen)

    def close(self) -> None:
        """Nobody wants the units in flight any more: workers end their sandboxes."""
        with contextlib.suppress(Exception):
            self.client.close(timeout=5)


@dataclass(frozen=True)
class Remote:
    """Other machines for one assignment: see `grader.run.Setting`."""

    cluster: Cluster
    data: str
    assignment: Assignment

    def run(self, work: Work, progress: Progress, earlier: Run | None) -> Run:
        """As `run_notebook`. A unit that workers die with is a fault of ours: it is held."""
        progress("run waiting for a worker")
        setting = work.setting
        order = RunOrder(
            **self._same(setting.assignment),
            submission=work.submission,
            notebook=work.notebook,
            asked=work.asked,
            training=setting.training,
            keras=setting.keras,
            earlier=earlier,
            lacking=work.lacking,
        )
        request = order.model_dump_json().encode()
        name = f"run-{hashlib.sha256(request).hexdigest()}"
        problem = ""
        for _ in range(TRIES):
            try:
                reply, archive = self.cluster.have_done(
                    run_unit, [request], order, name, work.submission.id
                )
                return self._kept(reply, archive, work)
            except SandboxError as fault:
                logger.warning("%s: a fault of ours: %s", work.submission.id, fault)
                problem = str(fault)
        return failed(setting, problem)

    def _kept(self, reply: Reply, archive: bytes, work: Work) -> Run:
        unpacked(archive, work.folder, work.setting.assignment.limits)
        run = load(work.folder / "run.json", Run)
        if run is None:
            raise SandboxError("A worker sent back no run.")
        return run.model_copy(update={"worker": self.cluster.number(reply.worker)})

    def measure(self, order: str, files: Mapping[str, Path], key: str, folder: Path) -> None:
        """See `OtherMachines`."""
        told = MeasureOrder(**self._same(self.assignment), task=order)
        parts = [told.model_dump_json().encode()]
        parts += [files[name].read_bytes() for name in sorted(files)]
        shown = f"training {key[:6]}"
        try:
            reply, archive = self.cluster.have_done(
                measure_unit, parts, told, f"train-{key}", shown
            )
            if reply.kind == "not_measurable":
                raise NotMeasurable(reply.fault)
            if reply.kind == "not_rebuilt":
                raise NotRebuilt(reply.fault)
            unpacked_all(archive, folder, self.assignment.measure_limits)
        except SandboxError as fault:
            raise MeasureError(fault.message) from fault

    def _same(self, assignment: Assignment) -> dict[str, str]:
        return {
            "edition": edition_sha256(),
            "assignment": assignment_json(assignment),
            "data": self.data,
            "shared": self.cluster.shared,
        }
