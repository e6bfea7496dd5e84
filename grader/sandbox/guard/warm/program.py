"""Runs a Python program in this very process, as a fresh interpreter would run it.

For a process that was forked from a template (`template`): the interpreter is there already, so
`python [options] file|-c text` is done by hand.
"""

import atexit
import builtins
import contextlib
import gc
import os
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import Any, NamedTuple

_PLAIN = ("-I", "-S", "-P", "-s", "-E", "-B", "-u")


class Command(NamedTuple):
    """A Python command line in parts."""

    options: tuple[str, ...]
    text: str | None
    """After `-c`; None: `words[0]` is a file."""
    words: tuple[str, ...]
    """What becomes `sys.argv`."""


def parse(argv: tuple[str, ...] | list[str]) -> Command | None:
    """The parts of `python …`; None for a command line that only a fresh interpreter can do."""
    left = list(argv[1:])
    options = []
    while left and left[0] in _PLAIN:
        options.append(left.pop(0))
    if len(left) > 1 and left[0] == "-c":
        return Command(tuple(options), left[1], ("-c", *left[2:]))
    if left and not left[0].startswith("-"):
        return Command(tuple(options), None, tuple(left))
    return None


def run(argv: list[str], env: dict[str, str]) -> int:
    """Run it to its end; the exit code. Nothing of the caller is left in the module table."""
    command = parse(argv)
    if command is None:
        raise ValueError("not a Python program")
    _settle(argv, command, env)
    code = _outcome(command)
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as at every exit
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()
    return code


def _settle(argv: list[str], command: Command, env: dict[str, str]) -> None:
    """Everything that a fresh interpreter has of its own."""
    os.environ.clear()
    os.environ.update(env)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.orig_argv = list(argv)
    sys.argv = list(command.words)
    if not {"-I", "-P"} & set(command.options):
        first = "" if command.text is not None else os.path.dirname(command.words[0])  # noqa: PTH120
        sys.path.insert(0, first)
    _forget()
    gc.enable()


def _forget() -> None:
    """What loaded modules remember of the place and of the chance they were loaded with."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "guard"]:
        del sys.modules[name]
    for name, settle in _REMEMBERING.items():
        if name in sys.modules:
            with contextlib.suppress(Exception):  # another version: test_sandbox_warm.py tells
                settle(sys.modules[name])


def _own_settings(matplotlib: Any) -> None:
    """Its functions keep their first answer in a variable `called` of a closure."""
    for function in (matplotlib.get_configdir, matplotlib.get_cachedir):
        kept = dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))
        kept["called"].cell_contents = False


def _own_folder(config: Any) -> None:
    config._KERAS_DIR = os.environ.get("KERAS_HOME") or config._KERAS_DIR


_REMEMBERING: dict[str, Callable[[Any], None]] = {
    "tempfile": lambda tempfile: setattr(tempfile, "tempdir", None),
    "numpy.random": lambda random: random.seed(),
    "matplotlib": _own_settings,
    "keras.src.backend.config": _own_folder,
}
"""Module → what makes it forget. (Python's own generator seeds itself after a fork.)"""


def _outcome(command: Command) -> int:
    """Run the program's text as `__main__`."""
    try:
        _execute(command)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        with contextlib.suppress(Exception):
            sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException as problem:  # noqa: BLE001 - as the interpreter does it
        with contextlib.suppress(BaseException):
            ours = problem.__traceback__
            theirs = ours.tb_next.tb_next if ours and ours.tb_next else None
            traceback.print_exception(type(problem), problem, theirs)
        return 1
    return 0


def _execute(command: Command) -> None:
    main = types.ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __spec__=None, __doc__=None)
    sys.modules["__main__"] = main
    text: str | bytes
    if command.text is None:
        name = command.words[0]
        main.__dict__.update(__file__=name, __cached__=None)
        with open(name, "rb") as stream:  # noqa: PTH123
            text = stream.read()
    else:
        name, text = "<string>", command.text
    exec(compile(text, name, "exec", dont_inherit=True), main.__dict__)  # noqa: S102
