"""A student's own check of a notebook file: the instructor's stages, without hidden data.

It is the student's own code on the student's own machine: a sandbox is used where one works, and
where none does the notebook runs as any program of the student's, which is said.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment
from grader.intake import Notebook, Source, best_fits, read_notebook, safe_id, take_in
from grader.pipeline import collected, measured, planned
from grader.records import (
    Cache,
    Evidence,
    Grade,
    GraderError,
    IntakeError,
    NoSandbox,
    Submission,
    digest,
    home,
    locked,
    save,
)
from grader.report import write_reports
from grader.run import Setting, Work, run_notebook
from grader.sandbox import Sandbox, choose
from grader.selfcheck.data import ESTIMATE, find_for
from grader.selfcheck.judged import NO_ASSIGNMENT, PUT_BACK, SelfCheck, judge_here

NO_WALLS = (
    "No sandbox is used: your notebook runs as any program that you start yourself, "
    "and can read, change and delete whatever you can."
)
DOCTOR = "`grader doctor` says what is missing on this machine."
NO_GRADE = "your own check, not the grade"
POLL_S, SETTLE_S = 0.5, 0.4


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything of one student's check that stays the same while the notebook changes."""

    notebook: Path
    setting: Setting
    accuracy: bool = False

    @property
    def stop(self) -> str:
        """Word of the comment behind which nothing counts."""
        return self.setting.assignment.conventions.stop

    @property
    def folder(self) -> Path:
        """Where the reports of this notebook are; one folder, the last check is in it."""
        path_sha256 = digest([str(self.notebook.resolve())])
        return self.setting.folder / f"{safe_id(self.notebook.stem)}-{path_sha256[:8]}"


def desk(
    notebook: Path,
    named: Assignment | None,
    known: Sequence[Assignment] = (),
    *,
    sandbox: str = "auto",
    accuracy: bool = False,
    say: Callable[[str], None] = lambda words: None,
) -> Desk:
    """Set up for this notebook. IntakeError without one, AssetError without data.
    named: its assignment; None: the one of `known` that it fits, as when it is graded. A name is
    believed: it is the student's own check, of a notebook that may hold next to nothing yet."""
    if not notebook.is_file():
        raise IntakeError(f"{notebook} is no file.", what_to_do="Name your notebook (.ipynb).")
    assignment = named or _recognised(notebook, known)
    setting = Setting(
        assignment=assignment,
        assets=find_for(notebook.resolve().parent, assignment, say),
        sandbox=tier(sandbox),
        cache=Cache.default(),
        out=home() / "checks",
    )
    return Desk(notebook=notebook, setting=setting, accuracy=accuracy)


def _recognised(path: Path, known: Sequence[Assignment]) -> Assignment:
    if len(known) == 1:
        return known[0]
    if not known:
        raise IntakeError(NO_ASSIGNMENT, what_to_do=f"{PUT_BACK}, and type the command there.")
    _, notebook = read_notebook(path, submission_id="check")
    best = best_fits(notebook, known)
    if len(best) == 1:
        return best[0]
    fits = ", ".join(fitting.slug for fitting in best) or "none"
    raise IntakeError(
        f"Of the assignments here this notebook fits {fits}.",
        what_to_do=f"Say which with --assignment: {', '.join(one.slug for one in known)}.",
    )


def tier(wanted: str = "auto") -> Sandbox:
    """The strongest sandbox here; `none` where there is none: it is one's own code."""
    elsewhere = sys.platform != "linux" and not os.environ.get("GRADER_SANDBOX")
    if wanted == "auto" and elsewhere:
        return choose("none")
    try:
        return choose(wanted)
    except NoSandbox:
        if wanted != "auto":
            raise
        return choose("none")


def check_file(desk: Desk, announce: Callable[[str], None] = lambda stage: None) -> SelfCheck:
    """Run, look, judge, and write the reports to `desk.folder`. Raises IntakeError for a file that
    is no notebook, and GraderError for faults of ours."""
    source = Source(id=safe_id(desk.notebook.stem), path=desk.notebook, shown=desk.notebook.name)
    announce("reading")
    submission, notebook = take_in(source, desk.setting.assignment)
    if notebook is None:
        why, *what_to_do = submission.notes
        raise IntakeError(why, what_to_do=" ".join(what_to_do))
    desk.folder.mkdir(parents=True, exist_ok=True)
    announce("waiting for another check of this notebook")
    with locked(desk.folder):  # one `--watch` beside another
        return _checked(desk, submission, notebook, announce)


def _checked(
    desk: Desk, submission: Submission, notebook: Notebook, announce: Callable[[str], None]
) -> SelfCheck:
    work = replace(planned(submission, notebook, desk.setting), folder=desk.folder)
    run = run_notebook(work, announce)
    if run.party == "ours":
        raise GraderError(f"Your notebook was not run: {run.message}", what_to_do=DOCTOR)
    announce("looking at what your functions made")
    evidence = collected(work, run)
    if desk.accuracy:
        announce("training your model")
        evidence = measured_here(work, evidence)
    for path in (desk.folder / "out").glob("weights_*.bin"):
        path.unlink()
    walls = () if desk.setting.sandbox.name != "none" else (NO_WALLS,)
    also = (ESTIMATE, *walls) if desk.accuracy else walls
    checked = judge_here(desk.setting.assignment, evidence, also=also)
    save(desk.folder / "grade.json", checked.grade)
    write_reports(for_report(checked), desk.folder)
    return checked


def measured_here(work: Work, evidence: Evidence) -> Evidence:
    """Train and measure by the recipe, on the student's own validation images."""
    training = measured(work, evidence)
    if training is None:
        return evidence
    if training.status == "failed":
        raise GraderError(f"The accuracy was not measured: {training.message}", what_to_do=DOCTOR)
    return evidence.model_copy(update={"measured": training})


def for_report(checked: SelfCheck) -> Grade:
    """As its page shows it: no grade by its title. What is not known is no criterion there, since
    there is nothing to mend; its notes say what that is."""
    title = f"{checked.grade.title} – {NO_GRADE}"
    return checked.grade.model_copy(update={"title": title, "verdicts": checked.known})


def code_of(path: Path, stop: str = "") -> str:
    """Hash of the notebook's code; of its bytes while it is none (half written, for example)."""
    try:
        _, notebook = read_notebook(path, submission_id="watched", stop=stop)
    except IntakeError:
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return ""
    return digest([cell.source for cell in notebook.code])


def saves(
    path: Path, sleep: Callable[[float], None] = time.sleep, *, stop: str = ""
) -> Iterator[str]:
    """The hash of the code, now and after each save that changed it; never ends by itself. Saves
    that change outputs only are passed over, and what stands after the comment `stop`. Several in a
    row count once."""
    seen, stamp = "", _stamp(path)
    while True:
        code = code_of(path, stop)
        if code and code != seen:
            seen = code
            yield code
        while (now := _stamp(path)) == stamp or not now:
            sleep(POLL_S)
        while True:
            sleep(SETTLE_S)
            stamp, before = _stamp(path), now
            if stamp == before:
                break
            now = stamp


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:  # editors replace a file by renaming
        return None
    return about.st_mtime_ns, about.st_size
