"""How a cluster comes about: on this machine, at an address, by a batch system; its scheduler."""

import asyncio
import contextlib
import logging
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster, Scheduler, Security

from grader.pipeline.cluster.certificates import secured
from grader.pipeline.cluster.client import DEADLY, Cluster
from grader.pipeline.cluster.edition import edition_sha256, resource
from grader.pipeline.cluster.serving import SPARE, quiet, unfit, worker_options
from grader.records import GraderError, NoSandbox

LOCAL = "local:"
DASHBOARD = "127.0.0.1:8787"
"""Nobody has to log in there, so only the scheduler's own machine is let in."""
SETTINGS = {
    "distributed.scheduler.allowed-failures": DEADLY - 1,
    "distributed.admin.large-graph-warning-threshold": "4GB",
    "distributed.admin.low-level-log-length": 10,  # each message holds a whole run
    "distributed.comm.timeouts.connect": "10s",
    "distributed.scheduler.work-stealing": True,
}
COMES_S, JOB_COMES_S = 180.0, 3600.0
"""So long a first worker is waited for."""
CONNECT_S = 30.0
"""So long a scheduler may be out of reach, at the start and later."""
MANY_FILES = 65_536
"""May be open at once, where the machine lets a process have so many."""
EXPLAINED = (
    "Name one of: tls://HOST:8786 (a scheduler: `grader cluster scheduler`), local:4 "
    "(four workers on this machine), FILE.toml (a batch system such as Slurm). "
    "See docs/many-machines.md."
)


@contextlib.contextmanager
def opened(
    where: str, *, certificates: Path | None = None, insecure: bool = False, shared: str = ""
) -> Iterator[Cluster]:
    """The cluster, once a worker is there. GraderError where there is none.
    where: an address, `local:N` or a TOML file."""
    quiet()
    _many_files()
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        patience = COMES_S
        if where.startswith(LOCAL):
            client = stack.enter_context(_local(where.removeprefix(LOCAL)))
        elif where.endswith(".toml"):
            client, patience = stack.enter_context(_jobs(Path(where), certificates)), JOB_COMES_S
        elif "://" in where:
            client = stack.enter_context(
                _connected(where, secured(where, certificates, insecure=insecure))
            )
        else:
            named = f"{where!r} is none" if where else "none is named"
            raise GraderError(f"--cluster needs a cluster, and {named}.", what_to_do=EXPLAINED)
        cluster = Cluster(client, shared)
        stack.callback(cluster.close)
        cluster.wait_for_workers(patience)
        yield cluster


def _many_files() -> None:
    """A batch keeps two locks for each run in flight: with 500 of them the usual 1,024 open files
    are not enough, and a process may allow itself more."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows; a limit that is fixed
        from resource import RLIMIT_NOFILE, getrlimit, setrlimit  # noqa: PLC0415 - not on Windows

        _, most = getrlimit(RLIMIT_NOFILE)
        setrlimit(RLIMIT_NOFILE, (min(most, MANY_FILES), most))


@contextlib.contextmanager
def _connected(address: str, security: Security | None) -> Iterator[Client]:
    try:
        client = Client(address, security=security, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError) as problem:
        raise GraderError(
            f"No scheduler answers at {address}.",
            what_to_do="Start it (grader cluster scheduler), and look at the certificates.",
        ) from problem
    try:
        yield client
    finally:
        client.close(timeout=5)


@contextlib.contextmanager
def _local(count: str) -> Iterator[Client]:
    """That many workers on this machine, a run each. Certificates are made for the time being: an
    open port could be reached by other users of this machine."""
    if not count.isdigit() or not int(count):
        raise GraderError(f"{LOCAL}{count} names no number of workers.", what_to_do="Say local:4.")
    if why := unfit():
        raise NoSandbox("This machine cannot grade.", what_to_do=" ".join(why))
    options = worker_options(1, workers_here=int(count))
    with (
        LocalCluster(
            n_workers=int(count),
            threads_per_worker=1 + SPARE,
            processes=True,
            dashboard_address=DASHBOARD.replace("8787", "0"),
            security=Security.temporary(),
            worker_dashboard_address=options.pop("dashboard_address"),
            silence_logs=logging.getLogger("distributed").level,
            preload=["grader.pipeline.cluster.deaf"],
            **options,
        ) as machines,
        Client(machines, set_as_default=False) as client,
    ):
        yield client


@contextlib.contextmanager
def _jobs(path: Path, certificates: Path | None) -> Iterator[Client]:
    """Workers as jobs of a batch system: a table of dask-jobqueue's words for one of its clusters,
    `jobs` of them."""
    import dask_jobqueue  # noqa: PLC0415 - only those who have a batch system need it

    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        (kind, words), jobs = next(iter(table["jobs"].items())), int(table["count"])
        engine = getattr(dask_jobqueue, f"{kind.upper()}Cluster")
    except (OSError, ValueError, KeyError, AttributeError, StopIteration, TypeError) as problem:
        raise GraderError(
            f"{path} describes no batch system ({type(problem).__name__}: {problem}).",
            what_to_do="See the example in docs/many-machines.md.",
        ) from problem
    runs = int(words.get("cores", 1))
    security = secured("tls://jobs:0", certificates, insecure=False)
    with engine(
        security=security,
        protocol="tls",
        scheduler_options={"dashboard_address": DASHBOARD, **words.pop("scheduler_options", {})},
        worker_extra_args=[
            "--resources",
            f"{resource(edition_sha256())}={runs}",
            "--nthreads",
            str(runs + SPARE),
            "--preload",
            "grader.pipeline.cluster.preloaded",
        ],
        **words,
    ) as machines:
        machines.scale(jobs=jobs)
        with Client(machines, security=security, set_as_default=False) as client:
            yield client


def serve_scheduler(host: str, port: int, security: Security | None) -> None:
    """Until it is stopped."""

    async def serve() -> None:
        scheme = "tls" if security else "tcp"
        async with Scheduler(
            host=f"{scheme}://{host}",
            port=port,
            security=security,
            dashboard_address=DASHBOARD,
        ) as scheduler:
            await scheduler.finished()

    quiet()
    with dask.config.set(SETTINGS):
        asyncio.run(serve())
