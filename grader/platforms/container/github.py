"""GitHub Classroom and Actions: the runner's `result`, a step summary, annotations.

`github_output.txt` and `step_summary.md` are to be appended to the files that `$GITHUB_OUTPUT`
and `$GITHUB_STEP_SUMMARY` name, `annotations.txt` goes to standard output; the packed workflow
does that. `result.json` is what the base64 in `github_output.txt` says, for people.

Held: no `result`, an error annotation and exit status 1, so the reporter step does not run and
Classroom keeps the points it had. (A `result` without tests would be reported as 0 points.)
"""

import base64
import json
import math
from pathlib import Path
from typing import Any

from grader.platforms.container.platform import OPTIONS, REFUSED, Container, Files
from grader.platforms.seam import Options, report
from grader.platforms.shared import page
from grader.platforms.shared.page import capped, fraction, line, markdown
from grader.records import Grade, Verdict
from grader.report import SIGNS, fallen

RESULT, OUTPUT = "result.json", "github_output.txt"
SUMMARY, NOTES = "step_summary.md", "annotations.txt"
MAX_SUMMARY_BYTES = 1024 * 1024
MAX_ANNOTATIONS = 10
"""Of one kind in one step; GitHub drops further ones in silence."""


def write(grade: Grade, options: Options, attempt: Path | None) -> Files:
    """The four files of one grade."""
    files: dict[str, bytes | None] = {
        NOTES: notices(grade, _notebook(grade, options)).encode(),
        SUMMARY: summary(grade, report(attempt, "md"), options.get("unfinished", "")).encode(),
        RESULT: None,
        OUTPUT: None,
    }
    if grade.counts:
        value = json.dumps(result(grade), allow_nan=False, ensure_ascii=True)
        files[RESULT] = f"{value}\n".encode()
        files[OUTPUT] = b"result=" + base64.b64encode(value.encode()) + b"\n"
    return files


def result(grade: Grade) -> dict[str, Any]:
    """The runner's result. The reporter adds up `tests[].score`, so what people changed in the
    total is a line of its own; it must not be left out."""
    tests = [_test(verdict) for verdict in page.rows(grade)]
    rest = round(grade.points - sum(test["score"] for test in tests), 4)
    if rest:
        tests.append(_line("Changes by the instructor and criteria not shown", rest, "pass", None))
    words = "\n\n".join(markdown(text) for text in page.headline(grade))
    return {
        "version": 1,
        "status": "pass" if grade.points >= grade.max_points else "fail",
        "max_score": math.ceil(grade.max_points),
        "markdown": base64.b64encode(words.encode()).decode(),
        "tests": tests,
    }


def _test(verdict: Verdict) -> dict[str, Any]:
    passed = verdict.status == "passed"
    message = None if passed else line(verdict.message, 500)
    name = f"{line(verdict.title, 150)} ({fraction(verdict.points, verdict.max_points)})"
    return _line(name, round(verdict.points, 4), "pass" if passed else "fail", message)


def _line(name: str, score: float, status: str, message: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "status": status,
        "score": score,
        "message": message,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "execution_time": "0s",
    }


def summary(grade: Grade, report_md: str, unfinished: str = "") -> str:
    """Markdown for the step summary: the report if there is one, else the short lines."""
    if grade.held:
        return f"# {markdown(grade.title, 200)}\n\n{markdown(page.held_text(grade))}\n"
    if report_md and not grade.adjustments:
        return capped(report_md, MAX_SUMMARY_BYTES)
    lines = [markdown(text) for text in page.headline(grade, unfinished)]
    for verdict in page.rows(grade):
        points = fraction(verdict.points, verdict.max_points)
        lines.append(f"## {SIGNS[verdict.status]} {markdown(verdict.title)} – {points}")
        lines.append(page.markdown_of(verdict))
    return capped("\n\n".join(lines) + "\n", MAX_SUMMARY_BYTES)


def notices(grade: Grade, notebook: str) -> str:
    """Workflow commands, one a line: one for each cause, at most ten of a kind; what to fix first
    comes first."""
    if grade.held:
        # Not `held_because`: students read this, and it may name our own files.
        return command("error", notebook, "Grading is on hold", page.held_text(grade))
    if not grade.counts:
        return command("notice", notebook, "Exempt", "No points were reported.")
    causes = fallen(grade, page.visible(grade))
    lines = [command("notice", notebook, line(grade.title, 100), page.total(grade))]
    for kind, status in (("error", "failed"), ("warning", "partial")):
        mine = [cause for cause in causes if cause.verdicts[0].status == status][:MAX_ANNOTATIONS]
        lines += [
            command(kind, notebook, page.what_fell(cause), cause.verdicts[0].message)
            for cause in mine
        ]
    return "".join(lines)


def command(kind: str, notebook: str, title: str, message: str) -> str:
    """One command. Escapes as the toolkit does: data %, CR, LF; properties also : and ,."""
    place = f"file={_property(notebook)},line=1," if notebook else ""
    words = _data(line(message) or "See the report.")
    return f"::{kind} {place}title={_property(line(title, 150))}::{words}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _notebook(grade: Grade, options: Options) -> str:
    return line(options.get("notebook") or grade.submission.file_name, 300)


def refuse(words: str) -> Files:
    """No result: Classroom keeps the points it had."""
    return {
        NOTES: command("error", "", REFUSED, words).encode(),
        SUMMARY: f"# {REFUSED}\n\n{markdown(words)}\n".encode(),
        RESULT: None,
        OUTPUT: None,
    }


GITHUB = Container(
    name="github",
    options={**OPTIONS, "notebook": "path of the notebook in the repository, for annotations"},
    write=write,
    refuse=refuse,
    refused_status=1,
    shown=lambda grade, options: (
        notices(grade, _notebook(grade, options)) if options.get("place") == "container" else ""
    ),
    submission=Path(),
    out=Path("grading"),
    limit_s=3600,
    allowed_s=(60, 21_600),
    pack_s=3600,
)
