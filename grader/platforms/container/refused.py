"""What a platform reads where the student's file is no notebook, or not just one.

That is no fault of ours and nothing for a person to look at: the student is told at once what is
wrong and what to do, and hands in again. No notebook was run, and no criterion judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.platforms.container import coursera, github, gradescope, prairielearn
from grader.platforms.shared.texts import line, markdown
from grader.records import write_atomically

TITLE = "Your notebook could not be read"


def write_refusal(platform: str, words: str, out: Path) -> int:
    """Write the platform's files; the exit status that it is to see."""
    for name, data in FILES[platform](line(words)).items():
        if data is None:
            (out / name).unlink(missing_ok=True)
        else:
            write_atomically(out / name, data)
    return int(platform == github.GitHub.name)


Files = Mapping[str, bytes | None]


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1, allow_nan=False, ensure_ascii=True).encode()


def _gradescope(words: str) -> Files:
    """Without points Gradescope would say that the autograder failed: they are 0."""
    value = {
        "score": 0,
        "output": f"{TITLE}. {words}",
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": {"complete": False, "stage": "intake"},
    }
    return {gradescope.FILE: _json(value)}


def _coursera(words: str) -> Files:
    value = {"fractionalScore": 0.0, "feedback": f"{TITLE}. {words}"}
    return {coursera.FILE: _json(value), coursera.PAGE: None}


def _prairielearn(words: str) -> Files:
    """The attempt is not counted."""
    value = {"gradable": False, "message": f"{TITLE}.", "format_errors": [words]}
    return {prairielearn.FILE: _json(value)}


def _github(words: str) -> Files:
    """No result: Classroom keeps the points it had."""
    return {
        github.NOTES: github.command("error", "", TITLE, words).encode(),
        github.SUMMARY: f"# {TITLE}\n\n{markdown(words)}\n".encode(),
        github.RESULT: None,
        github.OUTPUT: None,
    }


FILES: Mapping[str, Callable[[str], Files]] = {
    "gradescope": _gradescope,
    "coursera": _coursera,
    "prairielearn": _prairielearn,
    "github": _github,
}
