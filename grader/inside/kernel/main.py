"""The ipykernel of a notebook, and our hooks around its cells.

Only what a notebook needs: no history, no startup files, no heartbeat, no capture of the C-level
streams (TensorFlow logs there). Heavy packages stay unimported until a cell asks for them; what
the grader has to do with them happens on their import (`shims.on_import`). Whatever the hooks
replace stands in `replaced.toml`, with the reason.
"""

import contextlib
import json
import logging
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from ..shims import downloads, keras2, places
from ..shims.delivery import Delivery
from . import history, lacking, own_training, seeds, shorten

PACKAGES = sysconfig.get_path("purelib")
FIGURE_DPI = 60
"""Figures are kept in the executed notebook, where a grid of photos at 100 is more than fits."""


class KernelApp(IPKernelApp):  # type: ignore[misc]  # ipykernel has no types
    """Binds its sockets by relative paths: an absolute one may be longer than a socket's may be."""

    def _try_bind_socket(self, s: Any, port: int) -> Any:
        if s.type == zmq.XPUB:
            # By default the channel silently drops messages when the reader is slow, the one that
            # says "idle" among them. Waiting instead makes a flood slow, and never a riddle.
            s.setsockopt(zmq.XPUB_NODROP, 1)
        with contextlib.chdir(os.environ["GRADER_SOCK"]):
            return super()._try_bind_socket(s, port)

    def init_heartbeat(self) -> None:
        """None: the host sees for itself whether the process lives."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Nothing: the host wrote it."""

    def load_config_file(self, **kwargs: Any) -> None:
        """None: the settings are `configuration()`, whatever lies in the home."""


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
    return config


def install(settings: dict[str, Any]) -> places.Places:
    """Every hook that needs no shell; the places of data. settings: as the host wrote them."""
    seeds.install(settings["seed"])
    lacking.install()
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
    return put


def serve(connection_file: str, follow: Iterable[Callable[[Any], None]]) -> None:
    """Start the kernel and serve until it is told to end.

    follow: functions that are told of the shell, to register what happens after each cell.
    """
    settings = json.loads((Path(os.environ["GRADER_IN"]) / "settings.json").read_bytes())
    put = install(settings)
    app = KernelApp.instance(config=configuration(), connection_file=connection_file)
    app.initialize([])
    sys.path.insert(sys.path.index(PACKAGES), "")  # as notebooks have it; `-P` took it away
    seeds.follow(app.shell, settings["seed"])
    app.shell.events.register("pre_run_cell", put.before_cell)
    places.magics(app.shell)
    history.follow(app.shell)
    for function in follow:
        function(app.shell)
    app.start()
