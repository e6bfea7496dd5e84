"""A program in a fresh Python of either Keras, and the facts that it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

INSIDE = "import sys, grader.inside; sys.modules['grader_inside'] = grader.inside\n"
"""Begins a program that imports from `grader_inside`, as one in a sandbox does."""
TOLD = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYTHONHASHSEED": "0",
}
WAIT_S = 300


def facts_of(program: str, *, legacy: bool = False) -> Any:
    """The JSON behind the word FACTS, printed last. legacy: `tf.keras` is tf-keras."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, **TOLD, "TF_USE_LEGACY_KERAS": str(int(legacy))},
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.rpartition("FACTS ")[2])
