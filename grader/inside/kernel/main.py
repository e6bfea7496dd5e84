"""The ipykernel of a notebook, and our hooks around its cells.

Only what a notebook needs: no history, no startup files, no heartbeat, no capture of the C-level
streams (TensorFlow logs there). Heavy packages stay unimported until a cell asks for them; what
the grader has to do with them happens on their import (`shims.on_import`). Whatever the hooks
replace stands in `replaced.toml`, with the reason.
"""

import contextlib
import importlib
import json
import logging
import os
import random
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import zmq
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from ..shims import by_name, downloads, keras2, places
from ..shims.delivery import Delivery
from ..shims.notes import note
from ..shims.on_import import when_imported
from . import history, lacking, own_training, shorten

MOST_QUESTIONS = 20
OF_THE_RUN = ("GRADER_", "HOME", "TMPDIR", "TF_USE_LEGACY_KERAS")
"""Beginnings of names in the environment."""
FIGURE_DPI = 60
"""Figures are kept in the executed notebook, where a grid of photos at 100 is more than fits."""

NOT_ENDED = "the cell asked Python to end; while a notebook is graded, only the cell ends"


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


class Kernel(IPythonKernel):  # type: ignore[misc]
    """Answers `input()` by an empty line: nobody sits at the keyboard. Who asks until the answer is
    another one is refused."""

    _asked = 0

    def raw_input(self, prompt: object = "") -> str:
        self._asked += 1
        if self._asked > MOST_QUESTIONS:
            return str(super().raw_input(prompt))  # raises: there is no keyboard
        print(prompt)
        note("adapted", "`input()` was answered by an empty line: nobody was there to type.")
        return ""

    def getpass(self, prompt: object = "", stream: object = None) -> str:
        return self.raw_input(prompt)


def configuration() -> Config:
    """The kernel's settings."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShellApp.exec_PYTHONSTARTUP = False
    config.Application.log_level = logging.CRITICAL  # else it explains itself on the console
    config.InteractiveShellApp.ignore_cwd = False
    config.IPKernelApp.kernel_class = Kernel
    config.IPKernelApp.capture_fd_output = False
    config.InlineBackend.rc = {"figure.dpi": FIGURE_DPI}
    return config


def install(settings: dict[str, Any]) -> by_name.ByName:
    """Every hook that needs no shell; the one for delivered files. settings: as the host wrote."""
    seed_libraries(settings["seed"])
    lacking.install()
    if settings["training"] == "recipe":
        shorten.install()
    else:  # by the notebook: whole, or a first epoch on data whose classes were swapped
        own_training.install(epochs=1 if settings["training"] == "relabelled" else None)
    keras2.install(legacy=settings["keras"] == "2")
    delivery = Delivery(settings)
    downloads.install(delivery)
    places.programs(os.environ["HOME"])
    there = places.Places(delivery, settings["places"])
    there.furnish()
    return by_name.install(delivery, there.beside)


def seed_libraries(seed: int) -> None:
    """Seed NumPy's and TensorFlow's generators when they are imported.

    Two submissions with the same code see the same numbers. A notebook that sets its own seed wins,
    because it does so later. Keras draws its default seeds from Python's generator, so it needs
    none of its own; what Keras itself draws while it is imported, `when_imported` puts back.
    """
    for name in ("keras", "tf_keras"):
        when_imported(name, lambda module: None)
    when_imported("numpy.random", lambda module: module.seed(seed))
    when_imported("tensorflow", lambda module: module.random.set_seed(seed))


def seed_first_cell(shell: Any, seed: int) -> None:
    """Seed Python's generator when the first cell starts, not before.

    IPython draws a tip for whoever asks what it is, on some days it does not, and the host asks
    until it is answered: what the first cell found would follow the clock.
    """

    def first(info: Any) -> None:
        shell.events.unregister("pre_run_cell", first)
        random.seed(seed)

    shell.events.register("pre_run_cell", first)


def keep_environment(shell: Any) -> None:
    """A cell that empties the environment takes away neither our folders nor the choice of Keras:
    what is missing of these is there again for the next one."""
    own = {name: value for name, value in os.environ.items() if name.startswith(OF_THE_RUN)}

    def before() -> None:
        for name, value in own.items():
            os.environ.setdefault(name, value)

    shell.events.register("pre_execute", before)


def leave_only_the_cell(app: KernelApp) -> None:
    """`exit()`, `quit()` and a shutdown from within end their cell as an error does: the cells
    behind it count, and the host ends the process."""

    def asked(change: Any) -> None:
        if change.new:
            app.shell.exit_now = False
            raise SystemExit(NOT_ENDED)

    app.shell.unobserve_all("exit_now")
    app.shell.observe(asked, "exit_now")


def serve(connection_file: str, follow: Iterable[Callable[[Any], None]]) -> None:
    """Start the kernel and serve until it is told to end.

    follow: functions that are told of the shell, to register what happens after each cell.
    """
    settings = json.loads((Path(os.environ["GRADER_IN"]) / "settings.json").read_bytes())
    files = install(settings)
    app = KernelApp.instance(config=configuration(), connection_file=connection_file)
    app.initialize([])
    # IPython 9 imports it late; Keras tells a notebook by it, and then draws no graph and goes on
    importlib.import_module("IPython.core.magics.namespace")
    packages = sys.path.index(sysconfig.get_path("purelib"))
    sys.path.insert(packages, "")  # as notebooks have it; `-P` took it away
    keep_environment(app.shell)
    seed_first_cell(app.shell, settings["seed"])
    app.shell.events.register("pre_run_cell", files.before_cell)
    places.magics(app.shell)
    leave_only_the_cell(app)
    history.follow(app.shell)
    for function in follow:
        function(app.shell)
    app.start()
