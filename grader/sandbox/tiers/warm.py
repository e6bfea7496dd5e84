"""Tier `warm`: bubblewrap's sandbox, entered by a fork of a process that has imported everything.

Every wall is the one of tier `bubblewrap`, built by the same code; only the start of the
interpreter and its imports are saved. What cannot be warm – a job without `preload`, a program
other than Python, a template that does not work – is started cold, in the same sandbox.
"""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path
from typing import Any

from grader.records import SandboxError
from grader.sandbox.guard.warm import program
from grader.sandbox.machine.users import sandbox_uid
from grader.sandbox.seam import Job, Running
from grader.sandbox.supervised import scratch_folder
from grader.sandbox.tiers import bubblewrap
from grader.sandbox.tiers.templates import Template, Templates, WarmRunning

logger = logging.getLogger(__name__)
MOST_FAULTS = 3
"""After so many faults in a row templates are not tried any more."""
_HOLD = "import sys; sys.path.insert(0, '/grader'); from guard.warm.hold import main; main({fd})"


class Warm:
    """See the module."""

    name = "warm"

    def __init__(self, cold: bubblewrap.Bubblewrap, *, always: tuple[str, ...] = ()) -> None:
        """cold: the tier whose walls these are.
        always: modules for jobs that ask for none, so that each is forked (for tests)."""
        self.cold = cold
        self.faults = 0
        self.problem = ""
        self._always = always
        self._templates = Templates()

    @property
    def lacks(self) -> tuple[str, ...]:
        return (*self.cold.lacks, "all runs have one layout of memory (their processes are forks)")

    def start(self, job: Job) -> Running:
        preload = job.preload or self._always
        command = program.parse(job.argv)
        if not preload or command is None or not _is_ours(job.argv[0]):
            return self.cold.start(job)
        if self.faults >= MOST_FAULTS:
            return self.cold.start(job)
        try:
            running = self._fork(job, command.options, preload)
        except SandboxError as problem:
            self._fault(problem)
            return self.cold.start(job)
        self.faults = 0
        return running

    def close(self) -> None:
        """End the templates; runs that were forked go on."""
        self._templates.close()

    def _fault(self, problem: SandboxError) -> None:
        self.faults += 1
        self.problem = problem.message
        more = "" if self.faults < MOST_FAULTS else " From now on every start is a cold one."
        logger.warning("A warm worker could not be had, a cold one is used: %s%s", problem, more)

    def _fork(self, job: Job, options: tuple[str, ...], preload: tuple[str, ...]) -> Running:
        uid = sandbox_uid()
        if uid is not None and not self.cold.own_disk:
            raise SandboxError("As root this tier needs a disk of its own.")
        scratch = scratch_folder(shared=uid is not None)
        try:
            order, paths = bubblewrap.order_for(job, scratch, uid, self.cold.own_disk)
            _keep_open(order)
            policy = order["policy"]
            template = self._templates.get(paths["python"], options, policy["env"], preload)
            running = self._started(template, order, job, paths)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        return running

    def _started(
        self, template: Template, order: dict[str, Any], job: Job, paths: dict[str, str]
    ) -> Running:
        sock = Path(order["scratch"]) / "sock"
        try:
            running = WarmRunning(template, order, limits=job.limits, paths=paths, sock=sock)
        except SandboxError:
            self._templates.drop(template)
            raise
        running.wait_started()
        return running


def _is_ours(word: str) -> bool:
    """Whether it is the interpreter that templates are made of."""
    return word in ("{python}", sys.executable)


def _keep_open(order: dict[str, Any]) -> None:
    """bubblewrap starts the process that keeps the sandbox open, and tells its pid."""
    command = order["command"]
    place = command.index("--chdir")
    command[place:place] = ["--as-pid-1", "--info-fd", "{info_fd}"]
    command[command.index("-c") + 1] = _HOLD.format(fd="int(sys.argv[1])")
