"""Runs our own TensorFlow programs of `grader/inside/` in a process of their own.

They are trusted code on trusted data, so no sandbox is needed; the host itself never imports
TensorFlow.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from grader.records import AssetError

INSIDE = Path(__file__).parents[2] / "inside"
SIDE = 150
"""Width and height in pixels at which the assignment reads its images."""


def run_inside(
    program: str, arguments: list[str], told: Callable[[float], None] | None = None
) -> None:
    """Run a program of `grader/inside/`, its name one of a file or of a module (with a dot); `told`
    gets the share done. AssetError when it fails."""
    program_words = [str(INSIDE / f"{program}.py")]
    if "." in program:
        program_words = ["-P", "-m", f"grader.inside.{program}"]
    with tempfile.TemporaryDirectory(prefix="grader-") as scratch:
        log = Path(scratch) / "log"
        with (
            log.open("wb") as stderr,
            subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [sys.executable, *program_words, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_environment(scratch),
                text=True,
            ) as process,
        ):
            try:
                _follow(process, told)
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise AssetError(
                f"inside/{program}.py ended with status {process.returncode}: {' '.join(last)}",
                what_to_do="`grader doctor` says whether TensorFlow and memory are in order.",
            )


def _follow(process: subprocess.Popen[str], told: Callable[[float], None] | None) -> None:
    assert process.stdout is not None  # noqa: S101 - Popen was given a pipe
    for line in process.stdout:
        if told is not None and line.startswith("{"):
            progress = json.loads(line)
            told(progress["done"] / progress["total"])


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


def description(weights: Path, private: Path) -> Path:
    """The folder with `base_graph.json` and `fingerprints.json`; made when it is not there yet.

    What they hold depends on our exporting code and on Keras too, so its name does as well: after
    an upgrade they are made again from the weights instead of being compared with new ones.
    """
    folder = private / f"description-{_exporter()}"
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory(prefix=".describing-", dir=private) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        run_inside("measuring.describe", [str(weights), str(made), str(SIDE)])
        shutil.move(made, folder)
    return folder


def _exporter() -> str:
    """Short hash of all that decides about a description but the weights."""
    digest = hashlib.sha256(importlib.metadata.version("keras").encode())
    for path in (INSIDE / "measuring" / "describe.py", *sorted(INSIDE.glob("export/*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
