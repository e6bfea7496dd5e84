"""A self-check as a notebook shows it: HTML, and plain text where there is none."""

from html import escape

from grader.records import Verdict
from grader.report import SIGNS, clean, told_once
from grader.selfcheck.judged import SelfCheck

COLOURS = {
    "passed": "#2da44e",
    "partial": "#bf8700",
    "failed": "#e5484d",
    "skipped": "#818b98",
    "error": "#818b98",
}
"""Of signs, between light and dark: a notebook may be either."""
LABELS = ("we saw: ", "we expected: ", "hint: ")
LEFT = 'style="text-align:left;vertical-align:top"'


class Shown:
    """What `grader.check` returns: the last line of a cell shows it."""

    def __init__(self, check: SelfCheck, seconds: float) -> None:
        self.check = check
        self.seconds = seconds

    @property
    def passed(self) -> bool:
        return self.check.passed

    def __repr__(self) -> str:
        lines = [headline(self.check, self.seconds)]
        for verdict in told_once(self.check.grade.verdicts):
            sign = _sign(self.check, verdict)
            lines.append(f"{sign} {verdict.title} ({points(self.check, verdict)})")
            lines += [f"    {line}" for line in words(verdict)]
        return "\n".join([*lines, *self.check.said])

    def _repr_html_(self) -> str:
        rows = "".join(
            _row(self.check, verdict) for verdict in told_once(self.check.grade.verdicts)
        )
        said = "".join(f"<p>{escape(clean(line))}</p>" for line in self.check.said)
        return (
            f"<div><p><strong>{escape(headline(self.check, self.seconds))}</strong></p>"
            f"<table><thead><tr><th></th><th {LEFT}>criterion</th>"
            f"<th {LEFT}>points</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{said}</div>"
        )


class Notice:
    """Something that the student has to know instead of a check."""

    passed = False

    def __init__(self, message: str) -> None:
        self.message = message

    def __repr__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        return f"<p>{escape(clean(self.message))}</p>"


def headline(check: SelfCheck, seconds: float) -> str:
    grade = check.grade
    if grade.held:
        return f"This could not be checked: {clean(grade.held_because)}"
    titles = {verdict.criterion: verdict.title for verdict in grade.verdicts}
    first = titles.get(grade.first_to_fix, "see below")
    rest = "" if check.passed else f" – the first thing to mend: {first}"
    total = f"{grade.points:g} of {grade.max_points:g} points"
    return f"{total} that can be known here ({seconds:.1f} s){rest}"


def points(check: SelfCheck, verdict: Verdict) -> str:
    if verdict.criterion in check.unknown:
        return f"of {verdict.max_points:g}"
    return f"{verdict.points:g}/{verdict.max_points:g}"


def words(verdict: Verdict) -> list[str]:
    """The message, and what helps where it did not pass."""
    lines = [("", verdict.message)]
    if verdict.status in ("failed", "partial"):
        lines += zip(LABELS, (verdict.seen, verdict.expected, verdict.hint), strict=True)
    return [clean(f"{label}{text}") for label, text in lines if text]


def _sign(check: SelfCheck, verdict: Verdict) -> str:
    return "?" if verdict.criterion in check.unknown else SIGNS[verdict.status]


def _row(check: SelfCheck, verdict: Verdict) -> str:
    lines = "<br>".join(_line(line) for line in words(verdict))
    return (
        f'<tr><td {LEFT}><span style="color:{COLOURS[verdict.status]}" '
        f'title="{verdict.status}">{_sign(check, verdict)}</span></td>'
        f"<td {LEFT}><strong>{escape(clean(verdict.title))}</strong><br>{lines}</td>"
        f"<td {LEFT}>{points(check, verdict)}</td></tr>"
    )


def _line(text: str) -> str:
    """Its label stands back a little, so that the eye finds what was seen and expected."""
    label = next((label for label in LABELS if text.startswith(label)), "")
    first = f'<span style="opacity:.65">{escape(label)}</span>' if label else ""
    return first + escape(text.removeprefix(label))
