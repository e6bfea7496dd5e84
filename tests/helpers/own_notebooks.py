"""Small notebooks on disk, as a student saves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def cell(source: str, output: str = "") -> dict[str, Any]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs,
            "execution_count": None}  # fmt: skip


def save(path: Path, *cells: dict[str, Any]) -> None:
    value = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(value))
