"""Starts an ipykernel through the sandbox seam, for jupyter_client.

Used without an entry point: a KernelManager that already has a provisioner keeps it. The kernel
listens on ipc sockets in the shared folder; the grader's sockets reach them through counted wires
(`relay`), all of them connected before `launch_kernel` returns, so before any cell runs.
"""

import asyncio
import contextlib
import json
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from grader.records import SHORT, SandboxError, make_scratch
from grader.run.relay import Address, Relay
from grader.sandbox import Exit, Running

PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}
"""With ipc a port is the number at the end of the socket's file name."""
LOCALHOST = "127.0.0.1"
TCP = sys.platform == "win32"
"""Windows has no ipc sockets; there only a student's own notebook is run, without a sandbox."""
USED = ("shell", "iopub", "control")
SOCKET_NAME = "k"
START_S = 90.0
"""A kernel starts in half a second; on a crowded machine it may take a hundred times that."""
POLL_S = 0.005
OTHER_CHANNEL_BYTES = 16_000_000
LONGEST_FOLDER = 50


def connection(ip: str, key: str, ports: Mapping[str, int] = PORTS) -> dict[str, Any]:
    """Jupyter's connection information: one file name, or port, a channel."""
    return {
        "transport": "tcp" if ip == LOCALHOST else "ipc",
        "ip": ip,
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "",
        **{f"{channel}_port": number for channel, number in ports.items()},
    }


def write_connection(folder: Path, *, tcp: bool = False) -> dict[str, Any]:
    """Write what the kernel reads, `in/kernel.json`, and return it.

    The key is known to the student's code: a signature proves nothing here.
    """
    ip, ports = (LOCALHOST, _free_ports()) if tcp else (SOCKET_NAME, PORTS)
    written = connection(ip, secrets.token_hex(16), ports)
    (folder / "in" / "kernel.json").write_text(json.dumps(written), encoding="utf-8")
    return written


def _free_ports() -> dict[str, int]:
    """One a channel; all are held until all are chosen, so that they differ."""
    with contextlib.ExitStack() as stack:
        held = {name: stack.enter_context(socket.create_server((LOCALHOST, 0))) for name in PORTS}
        return {name: int(server.getsockname()[1]) for name, server in held.items()}


class SandboxProvisioner(KernelProvisionerBase):
    """One kernel in one sandbox. Configure with `prepare` before the manager starts it."""

    running: Running | None = None

    def prepare(
        self,
        start: Callable[[], Running],
        folder: Path,
        *,
        output_bytes: int,
        broken: Callable[[str, str], None],
    ) -> None:
        """Say how to start it. `broken(channel, who)` is called when a wire is cut.

        Args:
            start: starts the sandbox; the kernel binds its sockets in `Running.sock`.
            folder: the job's folder; the connection file goes to its `in/`.
            output_bytes: most bytes that are read from the iopub channel, in all.
        """
        self._start = start
        self._folder = folder
        self._output_bytes = output_bytes
        self._broken = broken
        self._relays: list[Relay] = []
        self._exit: Exit | None = None
        crowded = (
            len(tempfile.gettempdir()) > LONGEST_FOLDER
        )  # our own sockets need a short path too
        self._private = make_scratch("sock", SHORT if crowded else None)

    @property
    def has_process(self) -> bool:
        return self.running is not None

    async def poll(self) -> int | None:
        """None while it runs, else its exit code (-1 where there is none)."""
        ended = self.running.poll() if self.running else None
        if ended is None:
            return None if self.running else 0
        return -1 if ended.exit_code is None else ended.exit_code

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(POLL_S)
        return code

    async def send_signal(self, signum: int) -> None:
        """Nothing: interrupts go by message, and no signal of ours enters the sandbox."""

    async def kill(self, restart: bool = False) -> None:
        if self.running and self.running.poll() is None:
            self.running.kill("", "")

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart=restart)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The kernel's environment is the sandbox's business: nothing of ours is handed on."""
        manager: Any = self.parent
        manager.connection_file = str(self._private / "kernel.json")
        return {"cmd": [], "env": {}}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start it, wait for its sockets, connect the wires. Raises SandboxError."""
        theirs = write_connection(self._folder, tcp=TCP)
        self.running = self._start()
        await self._wait_for_sockets(self.running, theirs)
        ours = dict(PORTS)
        for channel in USED:
            port = await self._wire(channel, _address(self.running, channel, theirs))
            ours[channel] = port or PORTS[channel]
        info: Any = connection(LOCALHOST if TCP else str(self._own), theirs["key"], ours)
        info["key"] = theirs["key"].encode()
        self.connection_info = info
        return self.connection_info

    @property
    def _own(self) -> Path:
        return self._private / "c"

    async def _wire(self, channel: str, kernel: Address) -> int:
        def broken(who: str) -> None:
            self._broken(channel, who)

        limit = self._output_bytes if channel == "iopub" else OTHER_CHANNEL_BYTES
        relay = Relay(limit_bytes=limit, broken=broken)
        ours = (LOCALHOST, 0) if TCP else Path(f"{self._own}-{PORTS[channel]}")
        try:
            port = await relay.open(kernel, ours)
        except OSError as problem:
            raise SandboxError(f"The kernel's {channel} socket cannot be reached.") from problem
        self._relays.append(relay)
        return port

    async def _wait_for_sockets(self, running: Running, theirs: Mapping[str, Any]) -> None:
        awaited = [_address(running, name, theirs) for name in USED]
        deadline = time.monotonic() + START_S
        while not all(_is_there(address) for address in awaited):
            if ended := running.poll():
                raise SandboxError(
                    f"The kernel ended before it was ready ({ended.message or ended.exit_code})."
                )
            if time.monotonic() > deadline:
                raise SandboxError(f"The kernel was not ready after {START_S:.0f} s.")
            await asyncio.sleep(POLL_S)

    async def cleanup(self, restart: bool = False) -> None:
        for relay in self._relays:
            await relay.close()
        shutil.rmtree(self._private, ignore_errors=True)


def _address(running: Running, channel: str, theirs: Mapping[str, Any]) -> Address:
    """Where the kernel listens."""
    if theirs["transport"] == "tcp":
        return LOCALHOST, theirs[f"{channel}_port"]
    return running.sock / f"{SOCKET_NAME}-{PORTS[channel]}"


def _is_there(address: Address) -> bool:
    if isinstance(address, Path):
        return address.is_socket()
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True
