"""PrairieLearn: `results.json` of an external grader (docs/externalGrading.md), at most 1 MiB.

Held: `gradable: false` with a message. The attempt is then not counted and costs nothing.
"""

import base64
from pathlib import Path
from typing import Any

from grader.platforms.container.platform import OPTIONS, REFUSED, Container, Files, as_json
from grader.platforms.seam import Options
from grader.platforms.shared import page
from grader.platforms.shared.curve import picture
from grader.platforms.shared.texts import line
from grader.records import Grade, PlatformError, Verdict

FILE = "results.json"
MAX_BYTES = 1024 * 1024
TEXT_LENGTHS = (4000, 1000, 200)
"""How long one text may be; the next shorter one is taken while the file is too large."""


def write(grade: Grade, options: Options, attempt: Path | None) -> Files:
    """The one file, made smaller until it fits. Raises PlatformError when nothing helps."""
    if grade.exempt and not grade.held:
        return {FILE: None}
    for most in TEXT_LENGTHS:
        data = as_json(results(grade, options.get("unfinished", ""), most))
        if len(data) <= MAX_BYTES:
            return {FILE: data}
    raise PlatformError(f"prairielearn: the results of {grade.submission.id} exceed 1 MiB.")


def results(grade: Grade, unfinished: str = "", most: int = TEXT_LENGTHS[0]) -> dict[str, Any]:
    """The content of `results.json`: one criterion is one entry of `tests`; the training curve
    is an image."""
    if grade.held:
        return {"gradable": False, "message": page.HELD_WORDS, "format_errors": [page.HELD_WORDS]}
    lines = [line(text, most) for text in page.headline(grade, unfinished)]
    share = grade.points / grade.max_points if grade.max_points else 0.0
    value: dict[str, Any] = {
        "gradable": True,
        "score": round(min(1.0, max(0.0, share)), 6),
        "message": lines[0],
        "output": "\n".join(lines[1:]),
        "tests": [_test(v, most) for v in page.decided(page.visible(grade))],
    }
    curve = picture(grade.measured)
    if curve:
        url = "data:image/png;base64," + base64.b64encode(curve).decode()
        value["images"] = [
            {"label": "Accuracy by epoch: training blue, validation red", "url": url}
        ]
    return value


def _test(verdict: Verdict, most: int) -> dict[str, Any]:
    """`max_points` 0 is shown as neutral: right for a criterion that carries none."""
    return {
        "name": line(verdict.title, 200),
        "description": line(verdict.why, min(most, 500)),
        "points": round(verdict.points, 4),
        "max_points": round(verdict.max_points, 4),
        "message": line(verdict.message, most),
        "output": "\n".join(
            line(f"{label}: {text}", most) for label, text in page.details(verdict) if label
        ),
    }


def refuse(words: str) -> Files:
    """The attempt is not counted."""
    value = {"gradable": False, "message": f"{REFUSED}.", "format_errors": [words]}
    return {FILE: as_json(value)}


PRAIRIELEARN = Container(
    name="prairielearn",
    options=OPTIONS,
    write=write,
    refuse=refuse,
    submission=Path("/grade/student"),
    out=Path("/grade/results"),
    limit_s=600,
    allowed_s=(30, 600),
    pack_s=600,
)
