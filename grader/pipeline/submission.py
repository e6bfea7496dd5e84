"""One submission's whole way: take in → run → collect → measure → judge → publish.

Each stage reads what the one before it left and writes one file of the run folder, so a run that
was killed goes on where it stopped. A self-check, the audit and the run on swapped labels use the
same stages, each leaving out what it does not need.
"""

import shutil
from pathlib import Path

from grader.intake import Source, kept_name, take_in
from grader.judge import judge
from grader.pipeline.equal_code import equal_code
from grader.pipeline.our_fault import blamed
from grader.pipeline.publish import publish
from grader.pipeline.relabelled import confirmed
from grader.pipeline.stages import Stopwatch, collected, measured, planned
from grader.pipeline.training import trained_as
from grader.records import (
    UNREADABLE,
    Evidence,
    Grade,
    Run,
    load,
    load_evidence,
    locked,
    save,
    save_evidence,
)
from grader.run import Progress, Setting, Work, run_notebook


def grade(source: Source, setting: Setting, announce: Progress, *, force: bool = False) -> Grade:
    """Grade one submission; what an earlier call has finished is not done again.
    force: run it anew, whatever is known of it or of equal code."""
    progress = Stopwatch(announce)
    progress("intake")
    submission, notebook = take_in(source, setting.assignment)
    submission, setting = trained_as(submission, notebook, setting)
    work = planned(submission, notebook, setting)
    work.folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(work.folder):  # another batch waits here
        if force:
            shutil.rmtree(work.folder, ignore_errors=True)
        evidence = load_evidence(work.folder)
        work.folder.mkdir(exist_ok=True)
        if notebook is None:
            evidence = _unreadable(work)
        elif evidence is None or not may_go_on(evidence, work.folder):
            shutil.copyfile(source.path, work.folder / kept_name(source))
            with equal_code(work, share=setting.share and not force) as known:
                evidence = known or gather(work, progress)
        elif setting.assignment.recipe and not _is_measured(evidence):
            evidence = with_measured(work, evidence, progress)
        progress("judge")
        judged = publish(judge(setting.assignment, evidence), work.folder)
        _save_stages(work.folder, progress.stages())
    return judged


def gather(work: Work, progress: Progress) -> Evidence:
    """Run, collect, measure: the evidence of a submission that has none."""
    run = run_notebook(work, progress)
    save(work.folder / "run.json", run, lasting=False)  # the evidence holds it too
    progress("collect")
    evidence = blamed(collected(work, run), work, progress)
    save_evidence(work.folder, evidence)  # who is killed from here on need not run it again
    return evidence if evidence.run.party == "ours" else with_measured(work, evidence, progress)


def with_measured(work: Work, evidence: Evidence, progress: Progress) -> Evidence:
    """The evidence with what the measuring sandbox says of the model."""
    progress("measure")
    model = measured(work, evidence)
    if model is None:
        return evidence
    model = confirmed(model, work, progress, evidence.run)
    if model.status != "failed":  # 90 MB that nobody reads again: their fingerprints are kept
        for path in (work.folder / "out").glob("weights_*.bin"):
            path.unlink()
    evidence = blamed(evidence.model_copy(update={"measured": model}), work, progress)
    save_evidence(work.folder, evidence)
    return evidence


def may_go_on(evidence: Evidence, attempt: Path) -> bool:
    """Whether the run is done, and what is missing of the measuring can still be had."""
    if evidence.run.party == "ours":
        return False
    arrays = [attempt / "out" / f"weights_{name}.bin" for name in evidence.weights]
    return _is_measured(evidence) or all(path.is_file() for path in arrays)


def _is_measured(evidence: Evidence) -> bool:
    return evidence.measured is not None and evidence.measured.status != "failed"


def _unreadable(work: Work) -> Evidence:
    """What could not be read is not graded: a person decides, it may be a broken upload."""
    evidence = Evidence(
        assignment=work.setting.assignment.slug,
        submission=work.submission,
        run=Run(
            status="died",
            party="undecided",
            limit=UNREADABLE,
            message=" ".join(work.submission.notes),
            tier=work.setting.sandbox.name,
            training=work.setting.training,
        ),
        assets=work.setting.assets.record,
    )
    save_evidence(work.folder, evidence)
    return evidence


def _save_stages(attempt: Path, stages: dict[str, float]) -> None:
    """What was not gone through this time keeps the seconds of the last time."""
    run = load(attempt / "run.json", Run)
    if run is not None:
        kept = run.model_copy(update={"stages": {**run.stages, **stages}})
        save(attempt / "run.json", kept, lasting=False)
