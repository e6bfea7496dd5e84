"""Runs one job of our own in the measuring sandbox; no student's code is in it.

What a job makes is decided by its request, by our programs and by the packages: `made_with` names
the latter two for the keys of the cache.
"""

import hashlib
import importlib.metadata
import json
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.evidence import parse_json
from grader.records import GraderError, Limits, MeasureError, scratch
from grader.sandbox import Job, Mount, Sandbox, run_job

INSIDE = Path(__file__).parents[1] / "inside"
PROGRAMS = (
    *(
        f"measuring/{name}"
        for name in ("main", "inputs", "features", "describe", "rebuild", "train")
    ),
    "export/probe",
)
FEATURE_PROGRAMS = tuple(f"measuring/{name}" for name in ("main", "inputs", "features", "describe"))
"""A change of how heads are trained leaves the features as they are."""
MEASURING = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from grader_inside.measuring.main import main; main()"
)
PACKAGES = ("tensorflow", "keras", "numpy")
PRELOAD = ("numpy", "tensorflow", "keras", "keras.src.legacy.saving.legacy_h5_format", "h5py")
OLDEST_KERAS = (3, 15, 1)
"""Before it known holes are open (docs/threat-model.md): no stranger's layers are built with it."""
MAX_ANSWER_BYTES = 16 * 1024 * 1024
DISK_MB, FILE_MB = 3000, 1500
"""Features of all images at an early cut; the folder is memory of the sandbox."""
ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",  # with its threads running no process could be forked
}


def run_measuring(
    sandbox: Sandbox, request: dict[str, Any], mounts: tuple[Mount, ...], told: Limits, kept: Path
) -> None:
    """Run one request and move what it left to `kept`. MeasureError when it did not finish."""
    require_keras()
    with scratch("measure", within=kept) as folder:
        (folder / "in").mkdir()
        (folder / "in" / "request.json").write_text(json.dumps(request), encoding="utf-8")
        job = Job(
            argv=("{python}", "-P", "-s", "-c", MEASURING, "{inside}"),
            measures=True,
            folder=folder,
            mounts=mounts,
            env=ENVIRONMENT,
            limits=told.model_copy(
                update={
                    "disk_mb": max(told.disk_mb, DISK_MB),
                    "file_mb": max(told.file_mb, FILE_MB),
                }
            ),
            preload=PRELOAD,
        )
        end = run_job(sandbox, job)
        left = sorted((folder / "out").glob("*"))
        if end.status != "finished" or end.exit_code != 0 or not left:
            raise MeasureError(_ending(end.message or end.status, folder / "console.log"))
        for path in left:
            shutil.move(path, kept / path.name)


def require_keras() -> None:
    """GraderError, which concerns every submission alike, where Keras is too old to be safe."""
    seen = importlib.metadata.version("keras")
    numbers = tuple(int(part) for part in re.findall(r"\d+", seen)[:3])
    if numbers < OLDEST_KERAS:
        raise GraderError(
            f"Keras {seen} has known holes; models of submissions are not built with it.",
            what_to_do=f"Install Keras {'.'.join(map(str, OLDEST_KERAS))} or later.",
        )


def _ending(what: str, console: Path) -> str:
    """For the person at the keyboard: how it ended, and the last thing it said."""
    try:
        said = console.read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()[-1:]
    except OSError:
        said = []
    return f"Measuring ended early: {what}. {' '.join(said)}".strip()[:500]


def read_json(path: Path) -> Any:
    """A file that our own program left. MeasureError when it is missing or damaged."""
    try:
        return parse_json(path.read_bytes(), max_bytes=MAX_ANSWER_BYTES)
    except (OSError, ValueError) as problem:
        raise MeasureError(f"The measuring sandbox left no usable {path.name}.") from problem


def made_with(programs: tuple[str, ...] = PROGRAMS) -> dict[str, Any]:
    """What decides the numbers besides the request. programs: those that make them."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"code": _code(programs), "versions": versions}


@lru_cache(maxsize=8)
def _code(programs: tuple[str, ...]) -> str:
    """Hash of the programs that make the numbers."""
    texts = [(INSIDE / f"{name}.py").read_bytes() for name in programs]
    return hashlib.sha256(b"".join(texts)).hexdigest()
