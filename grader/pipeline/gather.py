"""The stages that run something: intake, the two sandboxes, and the trust boundary between them."""

from __future__ import annotations

import hashlib
import logging
import shutil
from pathlib import Path
from typing import Any

from grader.evidence import collect_evidence
from grader.intake import Notebook, Source, code_sha256, kept_name, take_in
from grader.measure import measure
from grader.pipeline.equal_code import once
from grader.pipeline.relabelled import confirmed
from grader.records import Evidence, Run, Submission, __version__, digest, save, save_evidence
from grader.run import TRIES, Progress, Setting, run_notebook

logger = logging.getLogger(__name__)
__all__ = ["Progress", "Setting", "gather_evidence", "measured_evidence", "take_in"]
UNREADABLE = "unreadable"


def attempt_folder(submission: Submission, notebook: Notebook | None, setting: Setting) -> Path:
    """Named by the hash of all that decides the evidence: equal inputs, the same folder."""
    asked = hidden_inputs(submission, notebook, setting)
    key = digest({"submission": submission.sha256, **_decides(submission, asked, setting)})
    return setting.folder / submission.id / key[:12]


def _decides(submission: Submission, asked: Any, setting: Setting) -> dict[str, Any]:
    """What the evidence depends on besides the notebook."""
    assignment = setting.assignment
    return {
        "ask": assignment.ask_source,
        "asked": asked,
        "limits": assignment.limits.model_dump(mode="json"),
        "places": [assignment.links, assignment.roots, assignment.places],
        "delivered": [assignment.delivered, assignment.archives],
        "recipe": assignment.recipe.model_dump(mode="json"),
        "assets": setting.assets.record.sha256,
        "hidden": setting.assets.hidden_kind,
        "training": setting.training,
        "keras": setting.keras or assignment.keras_of(submission.revision),
        "grader": __version__,
    }


def hidden_inputs(submission: Submission, notebook: Notebook | None, setting: Setting) -> Any:
    """Hidden inputs: the same for the same code, others for every other one."""
    code = code_sha256(notebook) if notebook else submission.sha256
    seed = int(hashlib.sha256(f"ask {code}".encode()).hexdigest()[:8], 16)
    return setting.assignment.ask_inputs(seed)


def gather_evidence(
    submission: Submission,
    notebook: Notebook | None,
    source: Source,
    attempt: Path,
    setting: Setting,
    progress: Progress,
) -> Evidence:
    """The evidence of a submission that has none; who asks for it saves it."""
    attempt.mkdir(parents=True, exist_ok=True)
    if notebook is None:
        return _unreadable(submission, setting)
    shutil.copyfile(source.path, attempt / kept_name(source))
    return _once(submission, notebook, attempt, setting, progress)


def _once(
    submission: Submission,
    notebook: Notebook,
    attempt: Path,
    setting: Setting,
    progress: Progress,
) -> Evidence:
    asked = hidden_inputs(submission, notebook, setting)
    return once(
        submission,
        notebook,
        code_sha256(notebook),
        attempt,
        setting,
        _decides(submission, asked, setting),
        lambda: _run_and_measure(submission, notebook, asked, attempt, setting, progress),
    )


def _run_and_measure(
    submission: Submission,
    notebook: Notebook,
    asked: Any,
    attempt: Path,
    setting: Setting,
    progress: Progress,
) -> Evidence:
    """The two sandboxes, each tried twice when the fault is ours."""
    run = run_notebook(submission, notebook, asked, attempt, setting, progress)
    save(attempt / "run.json", run, lasting=False)  # the evidence holds it too
    progress("collect")
    evidence = collect_evidence(
        attempt,
        assignment=setting.assignment,
        submission=submission,
        run=run,
        assets=setting.assets,
        asked=asked,
    )
    if run.party == "ours":
        return evidence
    # a batch that is killed from here on need not run the notebook again
    save_evidence(attempt, evidence)
    return measured_evidence(evidence, attempt, setting, progress)


def may_go_on(evidence: Evidence, attempt: Path) -> bool:
    """Whether only measuring is missing, and everything for it is still there."""
    if evidence.run.party == "ours" or evidence.run.limit == UNREADABLE:
        return False
    arrays = [attempt / "out" / f"weights_{name}.bin" for name in evidence.weights]
    return all(path.is_file() for path in arrays)


def measured_evidence(
    evidence: Evidence, attempt: Path, setting: Setting, progress: Progress
) -> Evidence:
    """With what the measuring sandbox says; tried twice when the fault is ours. Not saved here."""
    progress("measure")
    for left in reversed(range(TRIES)):
        measured = measure(
            evidence,
            folder=attempt,
            assignment=setting.assignment,
            assets=setting.assets,
            sandbox=setting.sandbox,
            cache=setting.cache,
            training=setting.training,
        )
        if measured.status != "failed" or not left:
            break
        logger.warning(
            "%s: measuring failed, once more: %s", evidence.submission.id, measured.message
        )
    measured = confirmed(measured, evidence, attempt, setting, progress)
    if measured.status != "failed":
        _drop_weights(attempt)
    return evidence.model_copy(update={"measured": measured})


def _drop_weights(attempt: Path) -> None:
    """90 MB a submission that nobody reads again: their fingerprints are in the evidence."""
    for path in (attempt / "out").glob("weights_*.bin"):
        path.unlink()


def _unreadable(submission: Submission, setting: Setting) -> Evidence:
    """What could not be read is not graded: a person decides, it may be a broken upload."""
    return Evidence(
        assignment=setting.assignment.slug,
        submission=submission,
        run=Run(
            status="died",
            party="undecided",
            limit=UNREADABLE,
            message=submission.notes[0],
            tier=setting.sandbox.name,
            training=setting.training,
        ),
        assets=setting.assets.record,
    )
