"""A worker: it looks at its machine first, and offers as many runs as that admits."""

import asyncio
import logging
import os
import time
from typing import Any

import dask
import psutil
from distributed import Nanny, Security

from grader.pipeline.batch import FIRST_NEED_MB, RESERVE_MB
from grader.pipeline.cluster.edition import about_itself, edition_sha256, resource
from grader.pipeline.cluster.units import THREADS, doing
from grader.pipeline.doctor import examine
from grader.records import GraderError, NoSandbox
from grader.sandbox import choose

logger = logging.getLogger(__name__)
SANDBOX = "GRADER_SANDBOX"
SPARE = 1
"""Threads beside those of the runs: data are taken in while all runs are busy."""
AGAIN_S = 120.0
"""So long a worker looks for a scheduler that is out of reach."""


def unfit(sandbox: str = "auto") -> list[str]:
    """Why this machine cannot be a worker, in sentences: no sandbox of that kind, or what the
    doctor finds missing, but for data."""
    try:
        choose(sandbox)
    except NoSandbox as lack:
        return [str(lack)]
    lines = examine(tiers=False, data=False)
    return [f"{line.what}: {line.seen}; {line.what_to_do}." for line in lines if not line.ok]


def offered_runs() -> int:
    """Runs at once for which there are cores and memory; one at least."""
    free_mb = psutil.virtual_memory().available / 1e6 - RESERVE_MB
    return max(1, min(os.cpu_count() or 1, int(free_mb // FIRST_NEED_MB)))


def what_it_does(worker: object) -> dict[str, str]:
    """With each heartbeat: unit → its stage."""
    del worker
    return dict(doing)


def quiet() -> None:
    """Dask's own words are shown with GRADER_LOG=info only: what is lost is ours to say."""
    if not logging.getLogger().isEnabledFor(logging.INFO):
        logging.getLogger("distributed").setLevel(logging.CRITICAL)


def worker_options(runs: int, *, workers_here: int = 1) -> dict[str, Any]:
    """For Dask's worker or its nanny, whichever starts it. Memory is not Dask's to watch: what
    needs it are sandboxes with limits of their own."""
    threads = max(1, (os.cpu_count() or 1) // (runs * workers_here))
    return {
        "resources": {resource(edition_sha256()): runs},
        "memory_limit": 0,
        "dashboard_address": "127.0.0.1:0",
        "startup_information": {"grader": about_itself},
        "metrics": {"grader": what_it_does},
        "env": {THREADS: str(threads)},
    }


def serve_worker(address: str, security: Security | None, runs: int, sandbox: str) -> None:
    """Offer `runs` to the scheduler, and look for it again where it went out of reach. GraderError
    when it cannot be found."""
    quiet()
    options = worker_options(runs)
    if sandbox != "auto":
        options["env"][SANDBOX] = os.environ[SANDBOX] = sandbox
    asyncio.run(_serve(address, security, runs, options))


async def _serve(
    address: str, security: Security | None, runs: int, options: dict[str, Any]
) -> None:
    until = time.monotonic() + AGAIN_S
    with dask.config.set({"distributed.comm.timeouts.connect": "10s"}):
        while True:
            try:
                async with Nanny(
                    address,
                    nthreads=runs + SPARE,
                    security=security,
                    death_timeout=AGAIN_S,
                    silence_logs=logging.getLogger("distributed").level,
                    **options,
                ) as nanny:
                    await nanny.finished()
                until = time.monotonic() + AGAIN_S
            except (OSError, TimeoutError, RuntimeError) as problem:
                why = _first_cause(problem)
                logger.warning("Not joined yet, trying on: %s", why)
                if time.monotonic() > until:
                    raise GraderError(
                        f"No worker has come to {address} from here for {AGAIN_S:.0f} s: {why}.",
                        what_to_do="Start the scheduler (grader cluster scheduler), and look at "
                        "the certificates.",
                    ) from problem
            await asyncio.sleep(1)


def _first_cause(problem: BaseException) -> str:
    """Dask says only that something failed to start; what it was raised for says why."""
    while inner := problem.__cause__ or problem.__context__:
        problem = inner
    return f"{type(problem).__name__}: {problem}"
