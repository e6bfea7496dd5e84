"""PrairieLearn: `results.json` of an external grader (docs/externalGrading.md), at most 1 MiB.

Held: `gradable: false` with a message. The attempt is then not counted and costs nothing.
"""

import base64
import io
from pathlib import Path
from typing import Any

from grader.platforms.container.platform import OPTIONS, REFUSED, Container, Files, as_json
from grader.platforms.seam import Options
from grader.platforms.shared import page
from grader.platforms.shared.page import line
from grader.records import Grade, Measured, PlatformError, Verdict

FILE = "results.json"
HELD = "This grade is on hold."
MAX_BYTES = 1024 * 1024
TEXT_LENGTHS = (4000, 1000, 200)
"""How long one text may be; the next shorter one is taken while the file is too large."""
WIDTH, HEIGHT, EDGE = 480, 240, 16
GREY, BLUE, RED = "#d0d0d0", "#1e5ac8", "#c82828"


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
        return {"gradable": False, "message": HELD, "format_errors": [page.held_text(grade)]}
    lines = [line(text, most) for text in page.headline(grade, unfinished)]
    share = grade.points / grade.max_points if grade.max_points else 0.0
    value: dict[str, Any] = {
        "gradable": True,
        "score": round(min(1.0, max(0.0, share)), 6),
        "message": lines[0],
        "output": "\n".join(lines[1:]),
        "tests": [_test(v, most) for v in page.rows(grade)],
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


def picture(measured: Measured | None) -> bytes:
    """PNG of the first training: accuracy from 0 (bottom) to 1 (top) over epochs; b"" if none."""
    curve = measured.trainings[0].curve if measured and measured.trainings else None
    if curve is None or not (curve.accuracy or curve.val_accuracy):
        return b""
    from PIL import Image, ImageDraw  # noqa: PLC0415  (only where a picture is asked for)

    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    for y in range(EDGE, HEIGHT, (HEIGHT - 2 * EDGE) // 4):
        draw.line([(EDGE, y), (WIDTH - EDGE, y)], GREY)
    for values, colour in ((curve.accuracy, BLUE), (curve.val_accuracy, RED)):
        # a single epoch becomes a level line; what is no share counts as 0
        shares = [value if 0 <= value <= 1 else 0 for value in values] * (1 + (len(values) == 1))
        step = (WIDTH - 2 * EDGE) / max(1, len(shares) - 1)
        points = [
            (round(EDGE + index * step), round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share))
            for index, share in enumerate(shares)
        ]
        draw.line(points, colour, width=3)
    data = io.BytesIO()
    image.quantize(8).save(data, "PNG", optimize=True)
    return data.getvalue()


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
