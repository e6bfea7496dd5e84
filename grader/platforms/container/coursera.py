"""Coursera: `feedback.json` and `htmlFeedback.html` for each part (coursera_autograder, README).

A part is a graded function. Which criteria belong to a part is data: the option `parts` names a
TOML file `[parts.<partId>] title = "…", criteria = ["…"]`; without it there is one part, `all`.

Held: no `feedback.json` and exit status 1: Coursera then reports a grader failure, the learner
keeps the best grade so far and can hand in again.
"""

import tomllib
from pathlib import Path
from typing import Any

from grader.platforms.container.platform import OPTIONS, REFUSED, Container, Files, as_json
from grader.platforms.seam import Options
from grader.platforms.shared import page
from grader.platforms.shared.page import line, markup
from grader.records import Grade, PlatformError, Record, Verdict
from grader.report import SIGNS, amount, told_once

FILE, PAGE = "feedback.json", "htmlFeedback.html"
MAX_PAGE_BYTES = 100 * 1000
"""No limit is published; learners' pages of this size are known to be shown."""
MAX_LINE = 900


class Part(Record):
    """One part of the assignment on Coursera."""

    title: str = ""
    criteria: tuple[str, ...]


def write(grade: Grade, options: Options, attempt: Path | None) -> Files:
    """The files of every wanted part. Raises PlatformError when a part is unknown."""
    parts = _wanted(grade, options)
    files: dict[str, bytes | None] = {}
    for part_id, part in parts.items():
        prefix = "" if options.get("place") == "container" else f"{part_id}/"
        unfinished = options.get("unfinished", "")
        shown = feedback(grade, part, unfinished) if grade.counts else None
        files[prefix + FILE] = as_json(shown[0]) if shown else None
        files[prefix + PAGE] = shown[1].encode() if shown else None
    return files


def feedback(grade: Grade, part: Part, unfinished: str = "") -> tuple[dict[str, Any], str] | None:
    """feedback.json's content and the page; None when nothing of the part is decided."""
    mine = [v for v in grade.verdicts if v.criterion in part.criteria]
    decided = page.decided(mine)
    if not decided:
        return None
    share = _share(grade, mine)
    percent = f"{amount(100 * share)} %"
    title = part.title or grade.title
    shown = told_once([v for v in decided if v.visibility == "visible"])
    note = page.unfinished_note(unfinished)
    plain = [f"{line(title, 200)}: {percent}.", *note]
    plain += [f"{SIGNS[v.status]} {line(v.title, 100)}" for v in shown]
    value = {
        "fractionalScore": share,
        "feedback": line(" ".join(plain), MAX_LINE),
        "feedbackType": "HTML",
    }
    return value, _page(grade, shown, f"{title}: {percent}", note)


def _share(grade: Grade, mine: list[Verdict]) -> float:
    """0…1 of the part's own points; where its criteria carry none, all or nothing. Lateness and a
    total set by hand scale every part alike."""
    most = sum(v.max_points for v in mine)
    if not most:
        return float(all(v.status == "passed" for v in mine))
    earned = sum(v.points for v in mine) / most
    whole = sum(v.points for v in grade.verdicts)
    factor = grade.points / whole if whole else 1.0
    return round(min(1.0, max(0.0, earned * factor)), 6)


def _page(grade: Grade, shown: list[Verdict], heading: str, note: list[str]) -> str:
    """The page below the limit: whole verdicts are left out at the end, never half a tag."""
    first = "".join(f"<p>{markup(text)}</p>\n" for text in note)
    for kept in range(len(shown), -1, -1):
        text = first + page.page(grade, shown[:kept], heading)
        if kept < len(shown):
            text += f"\n<p>{len(shown) - kept} more are not shown here.</p>"
        if len(text.encode()) < MAX_PAGE_BYTES:
            return text
    return first + f"<p>{markup(heading, 300)}</p>"


def _wanted(grade: Grade, options: Options) -> dict[str, Part]:
    path = options.get("parts")
    everything = tuple(v.criterion for v in grade.verdicts)
    whole = {"all": Part(title=grade.title, criteria=everything)}
    parts = read_parts(Path(path)) if path else whole
    unknown = {name for part in parts.values() for name in part.criteria} - set(everything)
    if unknown and everything:  # nothing was asked of what is no notebook
        raise PlatformError(
            f"coursera: {Path(path or '').name} names criteria that there are none of: "
            f"{', '.join(sorted(unknown))}.",
            what_to_do=f"There are: {', '.join(everything)}.",
        )
    asked = options.get("part", "")
    if not asked and options.get("place") == "container" and len(parts) > 1:
        raise PlatformError("coursera: no part was asked for.", what_to_do="Set partId.")
    if not asked or not path:
        return parts
    if asked not in parts:
        raise PlatformError(
            f"coursera: the part {asked!r} is not in {Path(path).name}.",
            what_to_do="Copy the partId from the assignment's page into that file.",
        )
    return {asked: parts[asked]}


def read_parts(path: Path) -> dict[str, Part]:
    """The parts file. Raises PlatformError that names the file and the key."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["parts"]
        parts = {key: Part.model_validate(table) for key, table in tables.items()}
    except (OSError, KeyError, ValueError, AttributeError) as problem:
        raise PlatformError(f"coursera: {path.name}: {line(str(problem), 300)}") from problem
    if not parts or any(not key.replace("-", "").replace("_", "").isalnum() for key in parts):
        raise PlatformError(f"coursera: {path.name}: a partId is letters, digits, - and _.")
    if not all(part.criteria for part in parts.values()):
        raise PlatformError(f"coursera: {path.name}: each part needs at least one of `criteria`.")
    return parts


def refuse(words: str) -> Files:
    """Coursera knows no way to say that without a 0."""
    value = {"fractionalScore": 0.0, "feedback": f"{REFUSED}. {words}"}
    return {FILE: as_json(value), PAGE: None}


COURSERA = Container(
    name="coursera",
    options={
        **OPTIONS,
        "parts": "TOML file: which criteria belong to which partId",
        "part": "the partId asked for (the container's environment variable partId)",
    },
    write=write,
    refuse=refuse,
    submission=Path("/shared/submission"),
    out=Path("/shared"),
    limit_s=1200,
    allowed_s=(300, 3600),
    pack_s=3600,
)
