"""One kernel in one sandbox, driven cell by cell under budgets.

nbclient runs a cell; this module watches it: the cell's time, the run's time, the bytes it sends,
and whether its process lives. A cell over its time is interrupted by message; one that does not
stop then costs the kernel. nbclient's own timeouts are not used, nor its output handling.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError

from grader.records import Limits, SandboxError
from grader.run.client import Cells, Client
from grader.run.messages import one_line
from grader.run.outputs import Budget, CellOutputs, make
from grader.run.places import OWN_FOLDER, Places
from grader.run.provisioner import START_S, SandboxProvisioner
from grader.sandbox import Running

logger = logging.getLogger(__name__)
GRACE_S = 5.0
"""An interrupted cell has this long to stop."""
WATCH_S = 0.1
REPLY_S = 1.0
SEND_MS = 5000
"""Sending waits for a peer; one that has hung up must not make it wait for ever."""
NEVER_MS = 86_400_000
"""Until a cut connection is tried again. Not -1: libzmq then takes the pipe away at once, and
aborts this process when that happens between two parts of a message (`!_more`, fq.cpp)."""
IOPUB_S = 20
"""After a cell's reply, to wait for the rest of its output."""
LOST_S = 2.0
"""After the kernel cut its connection, to see whether it died."""
QUEUED_MESSAGES = 64
WIRE_FACTOR = 3
"""Bytes on the wire for each byte of output: headers, base64, JSON's escapes."""
WIRE_SPARE = 20_000_000


@dataclass
class Ending:
    """How one request to the kernel ended."""

    limit: str = ""
    """"" when the cell came to its end; else cell_s, wall_s, output_mb, died (the kernel) or lost
    (the connection to it)."""
    alive: bool = True
    """False: the kernel is gone, nothing more can be run."""
    error: str = ""
    seconds: float = 0.0
    allowed: float = 0.0
    """Seconds that it had."""


class Kernel:
    """Start it, run cells, stop it. All methods belong to one event loop."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.budget = Budget(limits)
        self.lost = ""
        """Who cut the wire: "limit", "kernel" or "grader"; "" while all is well."""
        self._asked = make.new_code_cell()  # what is run, as nbclient wants it
        self._client: Any = None
        self._places: Places | None = None
        self._context = zmq.asyncio.Context()
        self._context.setsockopt(zmq.RCVHWM, QUEUED_MESSAGES)
        self._context.setsockopt(zmq.RECONNECT_IVL, NEVER_MS)
        self._context.setsockopt(zmq.LINGER, 0)
        self._context.setsockopt(zmq.SNDTIMEO, SEND_MS)
        self._manager = AsyncKernelManager(transport="ipc", context=self._context, log=_quiet())
        self._manager._kernel_spec = KernelSpec(
            argv=[], display_name="Python 3", language="python", interrupt_mode="message"
        )
        self._provisioner = SandboxProvisioner(parent=self._manager)

    async def start(self, start: Callable[[], Running], folder: Path) -> None:
        """Start the sandbox and its kernel, and wait until it answers. Raises SandboxError."""
        output_bytes = WIRE_FACTOR * self.budget.run_bytes + WIRE_SPARE
        self._provisioner.prepare(start, folder, output_bytes=output_bytes, broken=self._cut)
        self._provisioner.kernel_spec = self._manager._kernel_spec
        self._manager.provisioner = self._provisioner
        self._began = time.monotonic()
        await self._manager.start_kernel()
        self._manager.client_factory = Client
        self._client = self._manager.client(context=self._context)
        self._client.start_channels(hb=False, stdin=False, control=False)
        for channel in (self._client.shell_channel, self._client.iopub_channel):
            channel.budget = self.budget
        await self._wait_until_ready()
        self._cells = Cells(
            make.new_notebook(cells=[self._asked]),
            km=self._manager,
            allow_errors=True,
            iopub_timeout=IOPUB_S,
            record_timing=False,
            log=_quiet(),
        )
        self._cells.kc = self._client

    def lacks(self, places: Places) -> None:
        """From now on the code's places are the run's own, and called as the code calls them."""
        self._places = places
        self._client.shell_channel.places = self._client.iopub_channel.places = places

    @property
    def running(self) -> Running:
        """The sandbox's side of it."""
        if self._provisioner.running is None:
            raise SandboxError("The sandbox was not started.")
        return self._provisioner.running

    async def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            self._client.kernel_info()
            with contextlib.suppress(Empty):
                await self._client.shell_channel.get_msg(timeout=REPLY_S)
                await self._client.iopub_channel.get_msg(timeout=REPLY_S)
                return
            if self.running.poll() is not None or self.lost:
                break
        raise SandboxError("The kernel did not answer.")

    async def run(
        self,
        source: str,
        outputs: CellOutputs,
        *,
        seconds: float,
        tick: Callable[[float], None] = lambda seconds: None,
        history: bool = True,
    ) -> Ending:
        """Run a cell, or a piece of one; never raises for what it does.

        outputs: where all that it sends goes.
        """
        began = time.monotonic()
        self._cells.outputs = outputs
        if self._places and history:
            source, named = self._places.led(source)
            outputs.adapted += map(OWN_FOLDER.format, named)
        self._asked.source = source
        work = self._cells.async_execute_cell(self._asked, 0, store_history=history)
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        # who interrupts us leaves it behind, and asyncio would print what nobody asked it for
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        ending = await self._watch(task, seconds, tick)
        ending.seconds, ending.allowed = time.monotonic() - began, seconds
        return ending

    def left(self) -> float:
        """Seconds until the whole run has to be over."""
        return self.limits.wall_s - (time.monotonic() - self._began)

    async def _watch(
        self, task: asyncio.Task[Any], seconds: float, tick: Callable[[float], None]
    ) -> Ending:
        began = time.monotonic()
        interrupted = False
        while not task.done():
            await asyncio.wait({task}, timeout=WATCH_S)
            if task.done():
                break
            passed = time.monotonic() - began
            tick(passed)
            limit = await self._passed_limit()
            if limit or passed > seconds + GRACE_S:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, DeadKernelError):
                    await task
                return Ending(limit=limit or "cell_s", alive=False)
            if passed > seconds and not interrupted:
                interrupted = True
                with contextlib.suppress(zmq.ZMQError):  # the wire was cut: seen next time round
                    await self._manager.interrupt_kernel()
        ending = await self._outcome(task)
        if interrupted and ending.alive:
            ending.limit = "cell_s"
        return ending

    async def _passed_limit(self) -> str:
        """The limit of the whole run that is over, "died", "lost", or ""."""
        if self.running.poll() is not None:
            return "died"
        if self.budget.exceeded:
            return self.budget.exceeded
        if self.left() < 0:
            return "wall_s"
        if not self.lost:
            return ""
        if self.lost == "limit":
            return "output_mb"
        deadline = time.monotonic() + LOST_S
        while self.running.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(WATCH_S / 5)
        return "lost" if self.running.poll() is None else "died"

    async def _outcome(self, task: asyncio.Task[Any]) -> Ending:
        """What a finished request says; a kernel that died while it ran is no exception."""
        try:
            task.result()
        except (DeadKernelError, asyncio.CancelledError):
            return Ending(limit="died", alive=False)
        except zmq.ZMQError:
            return Ending(limit="lost", alive=False)
        if limit := await self._passed_limit():
            return Ending(limit=limit, alive=False)
        content = self._cells.task_poll_for_reply.result()["content"]
        if content.get("status") != "error":
            return Ending()
        return Ending(error=one_line(f"{content['ename']}: {content['evalue']}").removesuffix(":"))

    async def close(self) -> None:
        """Close every connection; the sandbox is the caller's to end."""
        if self._client is not None:  # each by itself: `destroy` alone lingers for a second
            self._client.shell_channel.close()
            self._client.iopub_channel.close()
        if self._manager._control_socket is not None:
            self._manager._control_socket.close(linger=0)
        self._context.destroy(linger=0)
        await self._provisioner.cleanup()

    def _cut(self, channel: str, who: str) -> None:
        logger.debug("the %s wire was cut: %s", channel, who)
        self.lost = self.lost or who


def _quiet() -> logging.Logger:
    log = logging.getLogger("grader.nbclient")
    log.setLevel(logging.CRITICAL)
    return log
