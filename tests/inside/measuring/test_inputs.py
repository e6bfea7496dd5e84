"""The data of a measuring as a model is given them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(200)]
PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
from grader.inside.measuring.inputs import prepared, splits_of
folder, dice = Path(sys.argv[1]), np.random.default_rng(1)
sizes = np.array([0.01, 1.0, 1000.0, 0.0])
rows = {name: dice.normal(5, 1, (40, 3, 4)) * sizes for name in ("train", "hidden")}
np.savez(folder / "rows.npz", x=rows["train"], y=np.arange(40) % 2)
(folder / "hidden").mkdir()
np.save(folder / "hidden" / "hidden.npy", rows["hidden"])
data = {
    "splits": {"train": {"arrays": "rows.npz", "inputs": "x", "labels": "y"}},
    "classes": ["a", "b"], "shape": [3, 4], "reads": [3, 4],
    "scale": 1.0, "offset": 0.0, "standardise": True,
}
told = {}
for name, split in splits_of(data, folder, folder / "hidden").items():
    seen = prepared(split, data)
    told[name] = [seen.mean((0, 1)).tolist(), seen.std((0, 1)).tolist()]
print(json.dumps(told))
"""


def test_columns_of_different_sizes_are_standardised(tmp_path: Path) -> None:
    """By the training data alone, hidden ones too; one that never changes stays finite."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    mean, deviation = told["train"]
    assert mean == pytest.approx([0] * 4, abs=1e-5)
    assert deviation == pytest.approx([1, 1, 1, 0], abs=1e-4)
    mean, deviation = told["hidden"]
    assert mean == pytest.approx([0] * 4, abs=0.4) and mean[:3] != [0] * 3
    assert deviation == pytest.approx([1, 1, 1, 0], abs=0.3)
