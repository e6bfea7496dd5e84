"""The ipykernel of a notebook, started inside the sandbox: `python -P kernel.py <connection file>`.

Only what a notebook needs: no history, no startup files, no heartbeat, no capture of the C-level
streams (TensorFlow logs there). Heavy packages stay unimported until a cell asks for them; what
the grader has to do with them happens on their import (`onimport`).
"""

import contextlib
import gc
import importlib
import json
import logging
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.append(
    str(Path(__file__).resolve().parent)
)  # last: a file that the notebook writes beside itself wins

from ..asking import main as _asking  # noqa: F401 - remembers the folders before any cell can change them
from ..shims import downloads
from ..asking import freezing
from . import history
from ..shims import keras2
from . import own_training
from ..shims import places
from . import quicker
from . import seeds
from . import shells
from . import shorten
from . import thread_pools
import zmq
from ..shims.delivery import Delivery
from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

PACKAGES = sysconfig.get_path("purelib")
GARBAGE = (7_000, 5, 1)
"""Young garbage, of which a network leaves next to none, is looked for ten times less often than
Python does (700, 10, 10); everything as often as ever, as a model that is left over is large."""
FIGURE_DPI = 60
"""Figures are kept in the executed notebook and looked at by hardly anybody."""


@contextlib.contextmanager
def _working_in(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class KernelApp(IPKernelApp):  # type: ignore[misc]  # ipykernel has no types
    """Binds its sockets by relative paths: an absolute one may be longer than a socket's may be."""

    def _try_bind_socket(self, s: Any, port: int) -> Any:
        if s.type == zmq.XPUB:
            # By default the channel silently drops messages when the reader is slow, the one that
            # says "idle" among them. Waiting instead makes a flood slow, and never a riddle.
            s.setsockopt(zmq.XPUB_NODROP, 1)
        with _working_in(os.environ["GRADER_SOCK"]):
            return super()._try_bind_socket(s, port)

    def init_heartbeat(self) -> None:
        """None: the host sees for itself whether the process lives."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Nothing: the host wrote it."""

    def parse_command_line(self, argv: Any = None) -> None:
        """None was given; making a parser of a hundred options takes 5 ms."""

    def load_config_file(self, **kwargs: Any) -> None:
        """None: the settings are `configuration()`, whatever lies in the home."""

    def init_kernel(self) -> None:
        """Without a list of the files of all modules: it is the debugger's, which is left out, and
        touching the memory of four thousand modules costs a fork 9 ms."""
        ipkernel.sys = SimpleNamespace(**{**vars(sys), "modules": {}})
        try:
            super().init_kernel()
        finally:
            ipkernel.sys = sys


def leave_out_debugger() -> None:
    """Nobody debugs here, and importing debugpy takes a quarter of a second; where it cannot be
    imported ipykernel does without. A cell may import it all the same."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]


def configuration() -> Config:
    """The kernel's settings."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShellApp.exec_PYTHONSTARTUP = False
    config.Application.log_level = logging.CRITICAL  # else it explains itself on the console
    config.InteractiveShellApp.ignore_cwd = False
    config.IPKernelApp.capture_fd_output = False
    config.InlineBackend.rc = {"figure.dpi": FIGURE_DPI}
    config.InlineBackend.print_figure_kwargs = {"bbox_inches": None}  # "tight" draws twice
    return config


def main() -> None:
    """Start the kernel and serve until it is told to end."""
    connection_file = sys.argv[1]
    settings = json.loads((Path(os.environ["GRADER_IN"]) / "settings.json").read_bytes())
    seeds.install(settings["seed"])
    thread_pools.install()
    quicker.install()
    shells.install()
    if settings["training"] == "recipe":
        shorten.install()
    else:  # by the notebook: whole, or a first epoch on data whose classes were swapped
        own_training.install(epochs=1 if settings["training"] == "relabelled" else None)
    keras2.install(legacy=settings["keras"] == "2")
    delivery = Delivery(settings)
    downloads.install(delivery)
    places.programs(os.environ["HOME"])
    put = places.Places(delivery, settings["places"])
    put.furnish()
    leave_out_debugger()
    gc.set_threshold(*GARBAGE)
    app = KernelApp.instance(config=configuration(), connection_file=connection_file)
    app.initialize([])
    sys.path.insert(sys.path.index(PACKAGES), "")  # as notebooks have it; `-P` took it away
    seeds.follow(app.shell, settings["seed"])
    app.shell.events.register("pre_run_cell", put.before_cell)
    places.magics(app.shell)
    history.follow(app.shell)
    freezing.follow(app.shell)
    app.start()


if __name__ == "__main__":
    main()
