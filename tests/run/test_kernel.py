"""What a kernel of ours does around a cell, without a kernel."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Any, cast

from nbclient.exceptions import DeadKernelError

from grader.run.kernel import Kernel


def test_what_an_interrupted_cell_ends_with_is_printed_nowhere() -> None:
    """nbclient makes an error of being cancelled. Nobody waits for it then, and asyncio printed a
    stack behind "Stopped watching."."""
    said: list[dict[str, Any]] = []

    class Cells:
        async def async_execute_cell(self, *_: object, **__: object) -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                raise DeadKernelError("Kernel died") from None

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: said.append(what))
        kernel = cast("Any", Kernel.__new__(Kernel))
        kernel._cells, kernel._places, kernel._asked = Cells(), None, cast("Any", Cells())
        before = asyncio.all_tasks()
        running = asyncio.ensure_future(kernel.run("1", cast("Any", Cells()), seconds=60))
        await asyncio.sleep(0.01)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        for left in asyncio.all_tasks() - before:
            left.cancel()
        await asyncio.sleep(0.01)

    asyncio.run(main())
    gc.collect()
    assert not said
