"""The stages as plain calls on one `Work`: planned before anything runs, collected, measured."""

import hashlib
import logging
import time
from collections import defaultdict
from typing import Any

from grader.assignment import Assignment
from grader.evidence import collect_evidence
from grader.intake import Notebook, code_sha256, lacking
from grader.measure import measure
from grader.records import Evidence, Measured, Run, Submission, __version__, digest
from grader.run import TRIES, Progress, Setting, Work

logger = logging.getLogger(__name__)


def planned(submission: Submission, notebook: Notebook | None, setting: Setting) -> Work:
    """What is asked, and where: the attempt's folder is named by the hash of all that decides the
    evidence, so equal inputs have the same folder. A file that is no notebook is an empty one."""
    assignment = setting.assignment
    code = code_sha256(notebook) if notebook else submission.sha256
    asked = hidden_inputs(assignment, code)
    absent = lacking(notebook, submission.revision, assignment) if notebook else ()
    key = {
        "ask": assignment.ask_source,
        "asked": asked,
        "limits": assignment.limits.model_dump(mode="json"),
        "data": assignment.data.model_dump(mode="json", exclude={"stand_in", "sources"}),
        "modules": assignment.importable,
        "stop": assignment.conventions.stop,
        "recipe": assignment.recipe and assignment.recipe.model_dump(mode="json"),
        "assets": setting.assets.record.sha256,
        "hidden": setting.assets.hidden_kind,
        "training": setting.training,
        "keras": setting.keras or assignment.keras_of(submission.revision),
        "grader": __version__,
    }
    if absent:
        key["lacking"] = [package.module for package in absent]
    attempt = digest({"submission": submission.sha256, **key})[:12]
    return Work(
        submission=submission,
        notebook=notebook or Notebook(cells=()),
        setting=setting,
        asked=asked,
        code=code,
        key=key,
        lacking=absent,
        folder=setting.folder / submission.id / attempt,
    )


def hidden_inputs(assignment: Assignment, code: str) -> Any:
    """Hidden inputs, plain JSON: the same for the same code, others for every other one."""
    seed = int(hashlib.sha256(f"ask {code}".encode()).hexdigest()[:8], 16)
    return assignment.ask_inputs(seed)


def collected(work: Work, run: Run) -> Evidence:
    """What the run left behind, read as hostile."""
    return collect_evidence(
        work.folder,
        assignment=work.setting.assignment,
        submission=work.submission,
        run=run,
        assets=work.setting.assets,
        asked=work.asked,
    )


def measured(work: Work, evidence: Evidence) -> Measured | None:
    """The model trained and measured by us; tried once more when the fault is ours. None where the
    assignment measures nothing."""
    setting = work.setting
    for left in reversed(range(TRIES)):
        model = measure(
            evidence,
            folder=work.folder,
            assignment=setting.assignment,
            assets=setting.assets,
            sandbox=setting.sandbox,
            cache=setting.cache,
            training=setting.training,
            elsewhere=setting.elsewhere,
        )
        if model is None or model.status != "failed" or not left:
            break
        logger.warning("%s: measuring failed, once more: %s", work.submission.id, model.message)
    return model


class Stopwatch:
    """Announces stages to `progress` and keeps how long each took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._stage, self._since = "", time.monotonic()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def __call__(self, announced: str) -> None:
        """The first word names the stage, the rest says how far it is."""
        self._progress(announced)
        self._turn_to(announced.split(" ", 1)[0])

    def _turn_to(self, stage: str) -> None:
        now = time.monotonic()
        self._seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now

    def stages(self) -> dict[str, float]:
        """Seconds so far, in the order of the flow."""
        self._turn_to("")
        return {stage: round(seconds, 3) for stage, seconds in self._seconds.items() if stage}
