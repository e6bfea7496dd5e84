"""Tier `warm`: bubblewrap's sandbox, entered by a fork of a process that has imported everything.

Every wall is the one of tier `bubblewrap`, built by the same code; only the start of the
interpreter and its imports are saved. What cannot be warm – a job without `preload`, a program
other than Python, a template that does not work – is started cold, in the same sandbox.
"""

import logging
import sys
import threading
from functools import partial
from typing import IO, Any

from grader.records import SandboxError
from grader.sandbox.guard.warm import program
from grader.sandbox.seam import Job, Running, Sandbox
from grader.sandbox.supervised import start_supervised
from grader.sandbox.tiers.bubblewrap import Bubblewrap
from grader.sandbox.tiers.templates import Forked, Kind, Template, switches

logger = logging.getLogger(__name__)
MOST_FAULTS = 3
"""After so many faults in a row templates are not tried any more."""


class Warm(Sandbox):
    """See the module."""

    name = "warm"

    def __init__(self, cold: Bubblewrap, *, always: tuple[str, ...] = ()) -> None:
        """cold: the tier whose walls these are.
        always: modules for jobs that ask for none, so that each is forked (for tests)."""
        self.cold = cold
        self.faults = 0
        self.problem = ""
        self._always = always
        self._templates: dict[Kind, Template] = {}
        self._lock = threading.Lock()

    @property
    def lacks(self) -> tuple[str, ...]:
        return (*self.cold.lacks, "all runs have one layout of memory (their processes are forks)")

    def start(self, job: Job) -> Running:
        preload = job.preload or self._always
        command = program.parse(job.argv)
        ours = job.argv[0] in ("{python}", sys.executable)  # what templates are made of
        if not preload or command is None or not ours or self.faults >= MOST_FAULTS:
            return self.cold.start(job)
        try:
            running = self._fork(job, command.options, preload)
        except SandboxError as problem:
            self.faults += 1
            self.problem = problem.message
            more = "" if self.faults < MOST_FAULTS else " From now on every start is a cold one."
            words = "A warm worker could not be had, a cold one is used: %s%s"
            logger.warning(words, problem, more)
            return self.cold.start(job)
        self.faults = 0
        return running

    def close(self) -> None:
        """End the templates; runs that were forked go on."""
        with self._lock:
            kept, self._templates = self._templates, {}
        for template in kept.values():
            template.close()

    def _fork(self, job: Job, options: tuple[str, ...], preload: tuple[str, ...]) -> Running:
        def forked(order: dict[str, Any], errors: IO[bytes]) -> Forked:
            policy = order["policy"]
            env = tuple(sorted(switches(policy["env"]).items()))
            kind = Kind(policy["argv"][0], options, env, preload)
            template = self._template(kind)
            try:
                return Forked(template, errors)
            except SandboxError:  # the next run gets a new one
                with self._lock:
                    if self._templates.get(kind) is template:
                        del self._templates[kind]
                template.close()
                raise

        return start_supervised(job, partial(self.cold.order, job, held=True), forked)

    def _template(self, kind: Kind) -> Template:
        with self._lock:
            if kind not in self._templates:
                self._templates[kind] = Template(kind)
            return self._templates[kind]
