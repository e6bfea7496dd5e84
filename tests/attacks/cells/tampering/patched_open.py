"""Replaces `open` and `Path.write_text`, so that files hold what the attacker likes.

Safe: earns nothing
Run: timeout, died, finished, student_error
Control: fools
"""

import builtins
import io
import pathlib

FORGED = '{"points": 10, "running_sums": {"status": "ok", "value": true, "error": ""}}'
opened, written = builtins.open, pathlib.Path.write_text


class Forging(io.StringIO):
    def __init__(self, path):
        super().__init__()
        with opened(path, "w") as file:
            file.write(FORGED)


builtins.open = lambda path, mode="r", *a, **k: (
    Forging(path) if "w" in mode and str(path).endswith(".json") else opened(path, mode, *a, **k)
)
pathlib.Path.write_text = lambda self, text, *a, **k: written(self, FORGED)
