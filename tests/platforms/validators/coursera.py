"""Coursera's `feedback.json` and `htmlFeedback.html` (coursera_autograder, grade.py)."""

from __future__ import annotations

from validators.fragment import Tags
from validators.shape import Files, Look

RICH = {"HTML": "htmlFeedback.html", "TXT": "txtFeedback.txt"}
MAX_PAGE_BYTES = 100 * 1000


def problems(files: Files) -> list[str]:
    """What Coursera would refuse, or learners should not get; [] when nothing."""
    look = Look()
    value = look.table(
        look.json(files, "feedback.json"),
        "feedback.json",
        ("feedback",),
        ("fractionalScore", "isCorrect", "feedbackType"),
    )
    if look.problems:
        return look.problems
    look.text(value["feedback"], "feedback", most=10_000)
    if ("fractionalScore" in value) == ("isCorrect" in value):
        look.say("feedback.json", "needs just one of fractionalScore and isCorrect")
    if "fractionalScore" in value:
        look.number(value["fractionalScore"], "fractionalScore", 0, 1)
    if "isCorrect" in value and not isinstance(value["isCorrect"], bool):
        look.say("isCorrect", "is no boolean")
    _rich(look, files, value.get("feedbackType"))
    return look.problems


def _rich(look: Look, files: Files, kind: object) -> None:
    """The rich file is there if and only if the type says so."""
    name = RICH.get(kind) if isinstance(kind, str) else None
    if kind is not None and name is None:
        look.say("feedbackType", f"{kind!r} is neither HTML nor TXT")
        return
    for other in sorted(set(files) - {"feedback.json", name}):
        look.say(other, "is not announced by feedbackType")
    if name is None:
        return
    if name not in files:
        look.say(name, "is missing")
        return
    if len(files[name]) >= MAX_PAGE_BYTES:
        look.say(name, "has 100 KB or more")
    try:
        text = look.text(files[name].decode("utf-8"), name, filled=True, most=MAX_PAGE_BYTES)
    except UnicodeDecodeError:
        look.say(name, "is not UTF-8")
        return
    if kind == "HTML":
        Tags(look, name).run(text)
