"""jupyter_client and nbclient with our own reading: only clean messages get past this module."""

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from traitlets import Type

from grader.run.messages import CUT, OUTPUTS, Message, parse
from grader.run.outputs import Budget, CellOutputs
from grader.run.places import Places


class Channel(AsyncZMQSocketChannel):
    """Hands out clean messages only."""

    budget: Budget
    places: Places | None = None
    """Those of a tier that lacks them."""

    async def get_msg(  # type: ignore[override]  # as the class above it does
        self, timeout: float | None = None
    ) -> Message:
        """The next clean message. Raises queue.Empty after `timeout` seconds."""
        assert self.socket is not None  # noqa: S101 - for the type checker
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if deadline is None else max(0, int((deadline - time.monotonic()) * 1000))
            if not await self.socket.poll(left):
                raise Empty
            frames = await self.socket.recv_multipart()
            self.budget.receive(sum(len(frame) for frame in frames[5:]))
            message = parse(frames, self.budget.cell_bytes)
            if message is not None:
                if self.places:
                    message["content"] = self.places.content(message["content"])
                return message


class Client(AsyncKernelClient):
    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)


class Cells(NotebookClient):  # type: ignore[misc]  # nbclient has no types
    """nbclient with our output handling."""

    outputs: CellOutputs

    def process_message(self, msg: Message, cell: Any, cell_index: int) -> None:
        """Take one clean message. Raises CellExecutionComplete when the cell is done."""
        kind = msg["msg_type"]
        if kind == "status" and msg["content"]["execution_state"] == "idle":
            raise CellExecutionComplete
        if kind in OUTPUTS or kind in (CUT, "clear_output"):
            self.outputs.add(msg)
