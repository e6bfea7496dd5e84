"""What a batch is made of: a submission, and the setting it is graded in or why it is not run."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.intake import Sorted, Source, kept_name, read_notebook, unread
from grader.judge import not_judged
from grader.pipeline.publish import publish
from grader.pipeline.submission import grade
from grader.records import (
    ANOTHER_NOTEBOOK,
    UNREADABLE,
    AssetError,
    Assets,
    Evidence,
    Grade,
    IntakeError,
    Run,
    digest,
    save_evidence,
)
from grader.run import Progress, Setting

UNRECOGNISED = "unrecognised"
"""Folder beside those of the assignments, for what belongs to none of them."""
NO_ASSETS = Assets(kind="stand-in", scale="", sha256="")
"""Of what was not run."""


@dataclass(frozen=True, kw_only=True)
class Task:
    source: Source
    folder: Path
    """Where the submissions of its assignment live."""
    setting: Setting | None
    """None: it must not be run."""
    refused: Sorted | None = None
    """Then this says why."""

    def grade(self, announce: Progress, *, force: bool = False) -> Grade:
        """Grade it, or hold it."""
        if self.setting is None:
            assert self.refused is not None  # noqa: S101 - one of the two is always there
            return hold(self.refused, self.folder)
        shutil.rmtree(self.folder.parent / UNRECOGNISED / self.source.id, ignore_errors=True)
        return grade(self.source, self.setting, announce, force=force)

    def not_graded(self, why: str) -> Grade:
        """How the class shows it where there is no grade: held. Nothing of it is on the disk."""
        chosen = self.setting.assignment if self.setting else None
        chosen = chosen or (self.refused.assignment if self.refused else None)
        evidence = Evidence(
            assignment=chosen.slug if chosen else UNRECOGNISED,
            submission=unread(self.source, IntakeError(why)),
            run=Run(status="died", party="ours", message=why),
            assets=NO_ASSETS,
        )
        held_because = f"It was not graded: {why}"
        return not_judged(evidence, chosen).model_copy(update={"held_because": held_because})


def all_for(setting: Setting, sources: Iterable[Source]) -> list[Task]:
    """All of them by one assignment, whatever they are."""
    return [Task(source=source, folder=setting.folder, setting=setting) for source in sources]


def settings_for(
    sorted_out: Sequence[Sorted], setting_of: Callable[[Assignment], Setting]
) -> tuple[dict[str, Setting], list[str]]:
    """The setting of each assignment that has a notebook to be run, by slug, and a sentence for
    each of which data are lacking: its notebooks are not graded, the others are.
    Raises AssetError where there is nothing left to grade."""
    settings: dict[str, Setting] = {}
    lacking: list[str] = []
    problem: AssetError | None = None
    wanted = [one.assignment for one in sorted_out if one.assignment and not one.why]
    for chosen in {assignment.slug: assignment for assignment in wanted}.values():
        try:
            settings[chosen.slug] = setting_of(chosen)
        except AssetError as lack:
            problem = lack
            count = sum(assignment.slug == chosen.slug for assignment in wanted)
            lacking.append(f"{count} of {chosen.slug} are not graded: {lack}")
    if problem and not settings:
        raise problem
    return settings, lacking


def planned_tasks(
    sorted_out: Sequence[Sorted], settings: Mapping[str, Setting], out: Path
) -> list[Task]:
    """A task for each notebook that can be graded or has to be held.
    settings: by slug. A notebook of an assignment that is not in it is left out."""
    tasks = []
    for notebook in sorted_out:
        slug = notebook.assignment.slug if notebook.assignment else UNRECOGNISED
        setting = None if notebook.why else settings.get(slug)
        if setting or notebook.why:
            folder = out / slug
            refused = notebook if notebook.why else None
            tasks.append(
                Task(source=notebook.source, folder=folder, setting=setting, refused=refused)
            )
    return tasks


def hold(refused: Sorted, folder: Path) -> Grade:
    """Held for a person, without points and without having been run: no criterion was asked."""
    source, assignment, why, unreadable = refused
    if unreadable:
        submission, limit = unread(source, unreadable), UNREADABLE
    else:
        submission, _ = read_notebook(source.path, submission_id=source.id, shown=source.shown)
        limit = ANOTHER_NOTEBOOK
    attempt = folder / source.id / digest([submission.sha256, limit])[:12]
    attempt.mkdir(parents=True, exist_ok=True)
    if not unreadable:  # which may be a link to what is not the student's
        shutil.copyfile(source.path, attempt / kept_name(source))
    evidence = Evidence(
        assignment=assignment.slug if assignment else UNRECOGNISED,
        submission=submission,
        run=Run(status="died", party="undecided", limit=limit, message=why),
        assets=NO_ASSETS,
    )
    save_evidence(attempt, evidence)
    return publish(not_judged(evidence, assignment), attempt)
