"""Runs trusted programs in a process of their own: the assignment's, which makes its stand-in, and
ours, which describes the weights.

It is the author's code or ours on our data, so no sandbox is needed; the host itself never imports
TensorFlow.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from grader.assignment.data_tables import Network
from grader.records import AssetError, building, scratch, with_extra

INSIDE = Path(__file__).parents[2] / "inside"


def run_program(
    program: Path | str,
    arguments: list[str],
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Run a Python file, or a module by its name; `progress` gets what it does and the share done.
    AssetError when it is missing or fails."""
    started = ["-P", "-m", program] if isinstance(program, str) else [str(program)]
    name = program if isinstance(program, str) else f"{program.parent.name}/{program.name}"
    with scratch("program") as folder:
        log = folder / "log"
        with (
            log.open("wb") as stderr,
            subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [sys.executable, *started, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_environment(str(folder)),
                text=True,
                start_new_session=True,
            ) as process,
        ):
            try:
                for line in process.stdout or ():
                    told = _progress(line)
                    if progress is not None and told is not None:
                        progress(told[0] or name, told[1])
            except BaseException:
                _end(process)
                raise
        if process.returncode != 0:
            _end(process)  # what it started may be there still
            text = log.read_text(errors="replace")
            last = " ".join(text.strip().splitlines()[-1:]) + _line_of(program, text)
            raise AssetError(
                f"{name} ended with status {process.returncode}: {last}",
                what_to_do=with_extra("grade")
                if "ModuleNotFoundError" in last
                else "Mend it; `grader doctor` says whether TensorFlow and memory are in order.",
            )


def _line_of(program: Path | str, text: str) -> str:
    """ " (make.py, line 23)": the last line of the program's own folder in what Python wrote of an
    error; "" where it names none."""
    named = re.findall(r'File "(.+)", line (\d+)', text)
    own = [(path, line) for path, line in named if Path(path).parent == Path(program).parent]
    return f" ({Path(own[-1][0]).name}, line {own[-1][1]})" if own else ""


def _progress(line: str) -> tuple[str, float] | None:
    """What is being done and the share of it, of a line that tells both; None of any other."""
    try:
        told = json.loads(line)
        return str(told.get("what", "")), float(told["done"] / told["total"])
    except (ValueError, TypeError, LookupError, AttributeError, ZeroDivisionError):
        return None


def _end(process: subprocess.Popen[str]) -> None:
    """With all that it started, where the system knows groups of processes."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment(scratch: str) -> dict[str, str]:
    """The caller's environment without what would change how Keras works."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "KERAS_", "PYTHON"))}
    return kept | {
        "KERAS_HOME": scratch,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(INSIDE.parents[1]),
    }


def description(network: Network, weights: Path, private: Path) -> Path:
    """The folder with `base_graph.json` and `fingerprints.json`; made when it is not there yet, so
    with a lock held. What they hold depends on how the network is built, on our exporting code and
    on Keras too, so
    its name does as well: after an upgrade they are made again from the weights instead of being
    compared with new ones."""
    built = network.model_dump_json(by_alias=True, exclude={"weights", "blocks"})
    folder = private / f"description-{_exporter(built)}"
    if folder.is_dir():
        return folder
    with building(folder) as made:
        run_program("grader.inside.measuring.describe", [str(weights), str(made), built])
    return folder


def _exporter(built: str) -> str:
    """Short hash of all that decides about a description but the weights. AssetError without Keras:
    the host's side can be installed alone."""
    try:
        keras = importlib.metadata.version("keras")
    except importlib.metadata.PackageNotFoundError as lack:
        words = "Weights cannot be described here: Keras is not installed."
        raise AssetError(words, what_to_do=with_extra("grade")) from lack
    digest = hashlib.sha256(keras.encode() + built.encode())
    for path in (INSIDE / "measuring" / "describe.py", *sorted(INSIDE.glob("export/*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
