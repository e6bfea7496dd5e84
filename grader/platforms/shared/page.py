"""Short renderings for platforms that show a few lines beside each criterion.

The full page is REPORT's (`report.html` in the run folder). These are made from the grade alone
and carry nothing that acts: no script, no style sheet, no link that is not the rubric's.
"""

import html
from collections.abc import Iterable

from grader.records import Grade, Verdict
from grader.report import (
    SIGNS,
    Fallen,
    amount,
    clean,
    fallen,
    held_words,
    markdown_prose,
    pieces,
    safe_url,
    sheet_cell,
    told_once,
)

CUT = " … (cut)"
MAX_LINE = 1000
MAX_TEXT = 4000
HELD_WORDS = (
    "This could not be graded, and that is not your doing. Nothing was counted. "
    "Your instructor has been told and will look at it."
)
UNFINISHED_WORDS = (
    "Grading was cut short after the stage “{stage}”: what is listed here was decided before "
    "that. Criteria that were not reached are not listed and earned nothing yet."
)


def line(text: str, most: int = MAX_LINE) -> str:
    """One line of plain text, at most `most` characters."""
    return clean(text, limit=most)


def markdown(text: str, most: int = MAX_TEXT) -> str:
    """One line that Markdown shows letter by letter: no links, pictures, HTML or mentions."""
    return markdown_prose(text, limit=most)


def markup(text: str, most: int = MAX_TEXT) -> str:
    """One line for HTML content and attributes."""
    return html.escape(clean(text, limit=most), quote=True)


def prose(text: str) -> str:
    """One line for HTML content; what stands between backticks becomes `<code>`."""
    return "".join(
        f"<code>{html.escape(part)}</code>" if is_code else html.escape(part)
        for is_code, part in pieces(text, limit=MAX_TEXT)
    )


def cell(text: str) -> str:
    """One line for a spreadsheet: never a formula."""
    return sheet_cell(text, limit=MAX_TEXT)


def fraction(points: float, most: float) -> str:
    """ "8.5/10"."""
    return f"{amount(points)}/{amount(most)}"


def scaled(grade: Grade, possible: float) -> float:
    """Points on the platform's scale: 45 of 50 is 9 where 10 are possible."""
    if not grade.max_points:
        return round(grade.points, 2)
    return round(grade.points * possible / grade.max_points, 2)


def capped(data: str, most_bytes: int) -> str:
    """At most `most_bytes` of UTF-8, cut between characters, with a note when cut."""
    raw = data.encode()
    if len(raw) <= most_bytes:
        return data
    return raw[: most_bytes - len(CUT.encode())].decode(errors="ignore") + CUT


def held_text(grade: Grade) -> str:
    """One line for the student of a grade that is held: why, and what happens next."""
    if not grade.run.limit or grade.run.party == "ours":
        return HELD_WORDS
    return line(" ".join(held_words(grade, "student")))


def visible(grade: Grade) -> list[Verdict]:
    """The verdicts that a student may see."""
    return [verdict for verdict in grade.verdicts if verdict.visibility == "visible"]


def decided(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that say something about the student's work."""
    return [verdict for verdict in verdicts if verdict.status != "error"]


def rows(grade: Grade) -> list[Verdict]:
    """What a student may see, for a row each: a cause is told with the first that fell by it."""
    return told_once(decided(visible(grade)))


def total(grade: Grade) -> str:
    """ "87.5 of 100 points"."""
    return f"{amount(grade.points)} of {amount(grade.max_points)} points"


def changes(grade: Grade) -> list[str]:
    """What people changed, one plain line each: students read it."""
    titles = {verdict.criterion: verdict.title for verdict in grade.verdicts}
    lines = []
    for change in grade.adjustments:
        if not change.applied:
            continue
        if change.kind == "comment":
            lines.append(f"Your instructor: {line(change.why)}")
        elif change.before is not None and change.after is not None:
            what = line(titles.get(change.criterion, "Total"), 200)
            why = f" ({line(change.why)})" if change.why else ""
            lines.append(f"{what}: {amount(change.before)} → {amount(change.after)} points{why}")
    return lines


def details(verdict: Verdict) -> list[tuple[str, str]]:
    """What a student reads about one verdict, as (label, text)."""
    texts = [
        ("", verdict.message),
        ("Seen", verdict.seen),
        ("Expected", verdict.expected),
        ("Why it matters", verdict.why if verdict.status != "passed" else ""),
        ("Hint", verdict.hint),
    ]
    return [(label, text) for label, text in texts if text]


def markdown_of(verdict: Verdict) -> str:
    """One verdict in Markdown."""
    parts = [
        f"**{label}:** {markdown(text)}" if label else markdown(text)
        for label, text in details(verdict)
    ]
    links = []
    for lesson in verdict.lessons if verdict.status != "passed" else ():
        url, title = safe_url(lesson.url), markdown(lesson.title, 200)
        links.append(f"[{title}]({url})" if url else title)
    return "\n\n".join(parts + ([f"Read again: {', '.join(links)}"] if links else []))


def html_of(verdict: Verdict) -> str:
    """One verdict as an HTML fragment."""
    parts = [
        f"<p><strong>{label}:</strong> {prose(text)}</p>" if label else f"<p>{prose(text)}</p>"
        for label, text in details(verdict)
    ]
    links = []
    for lesson in verdict.lessons if verdict.status != "passed" else ():
        url, title = safe_url(lesson.url), markup(lesson.title, 200)
        links.append(f'<a href="{markup(url)}" rel="noopener">{title}</a>' if url else title)
    return "".join(parts) + (f"<p>Read again: {', '.join(links)}</p>" if links else "")


def unfinished_note(stage: str) -> list[str]:
    """The line that says that `stage` was the last one that ended; none for a whole grade."""
    return [UNFINISHED_WORDS.format(stage=line(stage, 40))] if stage else []


def headline(grade: Grade, unfinished: str = "") -> list[str]:
    """The first lines: the total, what to fix first, ideas that no row tells, what people changed;
    plain text. unfinished: the last stage that ended, where that was not the last of all."""
    lines = [f"{line(grade.title, 200)}: {total(grade)}."]
    lines += [f"Fix this first: {what_fell(cause)}." for cause in fallen(grade, visible(grade))[:1]]
    told = {id_ for v in visible(grade) for id_ in (*v.misconceptions, v.cause)}
    secret = {id_ for v in grade.verdicts for id_ in v.misconceptions} - told
    causes = {v.cause for v in visible(grade)}
    shown = [m for m in grade.misconceptions if m.id not in secret | causes]
    lines += [line(f"{m.title}: {m.next_step}") for m in shown]
    return lines + changes(grade) + unfinished_note(unfinished)


def comment(grade: Grade) -> str:
    """All of a grade, as plain text, for a platform that has no row for each criterion: what fell,
    a line for each cause, with the error and what helps with it."""
    lines, causes = headline(grade), fallen(grade, visible(grade))
    for number, cause in enumerate(causes):
        told = line(_how_it_fell(cause))
        if number:
            lines.append(f"{SIGNS[cause.verdicts[0].status]} {what_fell(cause)}: {told}")
        else:  # the headline has named it
            lines.insert(2, told)
    return "\n".join(lines)


def _how_it_fell(cause: Fallen) -> str:
    first = cause.verdicts[0]
    rest = first.message.removeprefix(cause.title)
    several = len(cause.verdicts) > 1
    message = rest.lstrip(".: ") if several and rest[:1] in (".", ":") else first.message
    seen = f"Seen: {first.seen}" if first.seen and not several else ""
    hint = f"Hint: {cause.hint}" if cause.hint else ""
    told = [text for text in (message, seen, hint) if text]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in told)


def what_fell(cause: Fallen) -> str:
    """The criterion that fell, or the cause of several and what hangs on it; one line."""
    if len(cause.verdicts) == 1:
        return line(cause.verdicts[0].title, 200)
    return f"{line(cause.title, 200).rstrip('.')} ({cause.hangs})"


def page(grade: Grade, verdicts: list[Verdict], heading: str) -> str:
    """A fragment of HTML for the named verdicts: a heading, a line each, details below."""
    blocks = [f"<h3>{markup(heading, 300)}</h3>"]
    for verdict in verdicts:
        points = fraction(verdict.points, verdict.max_points)
        title = f"{SIGNS[verdict.status]} {markup(verdict.title, 300)} – {points}"
        blocks.append(f"<h4>{title}</h4>{html_of(verdict)}")
    blocks += [f"<p>{markup(text)}</p>" for text in changes(grade)]
    return "\n".join(blocks)
