"""The words of the reports that depend on what happened. Kind, plain, for readers at midnight."""

import datetime
from collections.abc import Mapping

from grader.records import (
    ANOTHER_NOTEBOOK,
    LACKS,
    NO_EAGER,
    REACHED,
    UNREADABLE,
    Grade,
    Run,
    VerdictStatus,
)

SIGNS: Mapping[VerdictStatus, str] = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "skipped": "–",
    "error": "!",
}
"""One sign a status for commands, pages and platforms."""
STATUS_WORDS: dict[VerdictStatus, str] = {
    "passed": "Passed",
    "partial": "Partly there",
    "failed": "Not there yet",
    "skipped": "Waiting",
    "error": "On hold",
}
CELL_WORDS = {
    "ok": "ran",
    "error": "raised an error",
    "timeout": "stopped: out of time",
    "killed": "stopped",
    "not_run": "did not run",
}
NEXT_STEPS = {
    "another": (
        "If it is the wrong file, hand in the right one. No total has been sent anywhere.",
        "Ask for the right file. If this is it: `grader grade FILE --assignment NAME --anyway`.",
    ),
    "unreadable": (
        "Hand it in again: open the notebook once, run it, save it and download it as .ipynb.",
        "Ask for the notebook again. Nothing of this file was graded.",
    ),
    "ours": (
        "You need not do anything: it will be graded again, and no total has been sent anywhere.",
        "Run the same command again. Where that does not help, `grader doctor` says what is "
        "lacking, and `grader override` and `grader release` are for your own decision.",
    ),
    "package": (
        "You need not do anything: it will be graded again, and no total has been sent anywhere.",
        "Install what is named into the grader's environment, then run the same command again.",
    ),
    "person": (
        "You need not do anything: a person looks at it, and no total has been sent anywhere.",
        "Look at the notebook, then decide: `grader override` and `grader release`.",
    ),
}
"""What happens next with a grade that is held: for the student, for the instructor."""
ASK_AGAIN = "Ask for the notebook again: “{step}” Nothing of this file was graded."
LIMIT_WORDS = {name: limit.short for name, limit in REACHED.items()} | {
    UNREADABLE: "the file could not be read as a notebook"
}
TIER_WORDS = {
    "warm": "namespaces of its own (bubblewrap), entered by a process forked from a warm one",
    "bubblewrap": "namespaces of its own (bubblewrap)",
    "landlock": "Landlock and seccomp",
    "replay": "a recorded run was played back",
    "none": "no sandbox",
}
BEHIND = "Not looked at yet: it builds on another criterion that did not pass."
EXEMPT = "It does not count towards your grade, so there is no total. What we saw is below."
CHANGES = {
    "override": "was set by a person",
    "total": "The total was set by a person",
    "late": "Handed in late",
    "extension": "You were given more time",
    "exempt": "This submission does not count",
    "release": "A person has looked and ended the hold",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not strftime("%B"): a report says the same under every locale."""


def amount(points: float) -> str:
    """Points without needless zeros: 8, 7.5, 6.67."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def plural(count: int, one: str, many: str) -> str:
    """A number with its noun: "1 criterion", "4 criteria"."""
    return f"{count:,} {one if count == 1 else many}"


def held_words(grade: Grade, audience: str) -> tuple[str, str]:
    """(the one reason why a grade is held, what happens next and who does it).

    Students get our sentences: the grade's own may name our files.
    """
    reason, kind = _held(grade)
    ours = audience == "instructor"
    told = grade.submission.notes if kind == "unreadable" else ()
    if len(told) > 1:  # why, and what to do about just this file
        return (told[0], ASK_AGAIN.format(step=told[1])) if ours else (reason, told[1])
    return (grade.held_because or reason) if ours else reason, NEXT_STEPS[kind][ours]


def _held(grade: Grade) -> tuple[str, str]:
    """The reason in words for the student, and the kind of next step."""
    run, measured = grade.run, grade.measured.status if grade.measured else ""
    stuck = [v.title for v in grade.verdicts if v.status == "error" and v.visibility == "visible"]
    first = next(iter(stuck), "")
    more = f" and of {len(stuck) - 1} more" if len(stuck) > 1 else ""
    note = next(iter(grade.submission.notes), "")
    hidden = not stuck and any(verdict.status == "error" for verdict in grade.verdicts)
    cases = (
        (run.limit == ANOTHER_NOTEBOOK, grade.held_because, "another"),
        (
            run.limit == UNREADABLE,
            f"We could not read the file as a notebook. {note}".strip(),
            "unreadable",
        ),
        (
            run.party == "ours",
            "Something went wrong on our side while your notebook ran. It is not your code.",
            "ours",
        ),
        (
            run.party == "undecided",
            "The run ended in a way that does not tell us whose doing it was.",
            "person",
        ),
        (grade.held_because.startswith(NO_EAGER), grade.held_because, "person"),
        (
            grade.held_because.startswith(LACKS),
            f"{grade.held_because.partition('. ')[0]}.",
            "package",
        ),
        (
            measured == "failed",
            "Training and measuring your model did not come to an end on our side.",
            "ours",
        ),
        (
            measured == "not_rebuilt" and bool(stuck),
            "We cannot rebuild your model, which may be right.",
            "person",
        ),
        (bool(stuck), f"Our check of “{first}”{more} did not come to an end.", "ours"),
        (hidden or not grade.held_because, "One of our checks did not come to an end.", "ours"),
    )
    fitting = ((why, kind) for holds, why, kind in cases if holds)
    return next(fitting, (grade.held_because, "person"))


def changes(grade: Grade, audience: str) -> tuple[str, ...]:
    """What people decided after the grader, a sentence each; comments come apart from it.

    Students are not told who decided, nor of decisions that do not fit this notebook any more.
    """
    titles = {
        verdict.criterion: verdict.title
        for verdict in grade.verdicts
        if audience == "instructor" or verdict.visibility == "visible"
    }
    sentences = []
    for made in grade.adjustments:
        hidden = made.kind == "comment" or (audience == "student" and not made.applied)
        if hidden or (made.kind == "override" and made.criterion not in titles):
            continue
        what = f"“{titles[made.criterion]}” " if made.kind == "override" else ""
        moved = (
            f", from {amount(made.before)} to {amount(made.after)} points"
            if made.before is not None and made.after is not None
            else ""
        )
        why = f": {made.why}" if made.why else ""
        who = f" ({made.by} {made.at})".replace(" )", ")") if audience == "instructor" else ""
        sentences.append(f"{what}{CHANGES.get(made.kind, made.kind)}{moved}{why}{who}")
    return tuple(sentences)


def comments(grade: Grade) -> tuple[str, ...]:
    """What people wrote for the student."""
    return tuple(made.why for made in grade.adjustments if made.kind == "comment" and made.applied)


def run_sentence(run: Run) -> str:
    """How the run ended, in one or two sentences."""
    if run.limit == ANOTHER_NOTEBOOK:
        return "It did not run."
    if run.limit == UNREADABLE:
        return "It did not run: the file could not be read as a notebook."
    if run.party == "ours":
        return "The run did not come to its end because of something on our side."
    where = f" in cell {run.cell + 1}" if run.cell is not None else ""
    limit = LIMIT_WORDS.get(run.limit, "")
    because = f": {limit}" if limit else ""
    raised = sum(cell.status == "error" for cell in run.cells)
    sentences = {
        "finished": "The notebook ran from top to bottom.",
        "student_error": (
            f"{plural(raised, 'cell', 'cells')} raised an error; the others were run all the same."
            if raised
            else "A cell raised an error; the others were run all the same."
        ),
        "timeout": f"The run was stopped{where}{because or ': the time was used up'}.",
        "out_of_memory": f"The run was stopped{where}{because or ': it needed too much memory'}.",
        "output_limit": f"The run was stopped{where}{because or ': it printed too much'}.",
        "died": f"The Python process ended by itself{where}{because}.",
    }
    return sentences[run.status]


def seconds_words(seconds: float) -> str:
    """A duration: "0.3 s", "12 s", "2 min 5 s"."""
    if seconds < 9.95:  # noqa: PLR2004 - below it a decimal says something
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"  # noqa: PLR2004


def moment_words(moment: str) -> str:
    """An ISO time for people: "15 January 2026, 10:00 UTC"; as it is when it is none."""
    try:
        when = datetime.datetime.fromisoformat(moment).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return moment
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {when:%H:%M} UTC"


def training_words(mode: str) -> str:
    """Whose training it was."""
    if mode == "notebook":
        return "The notebook’s own training was run and its trained weights were measured."
    return (
        "The grader trained your model by the assignment’s recipe: the same data, seed and rule "
        "when to stop for everybody. It is not the training in your notebook, which was shortened."
    )
