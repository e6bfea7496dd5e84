"""What checks found is kept beside the evidence: other points or words need no check run anew.

Evidence is half a megabyte a submission, its graphs are looked at by most checks, and a change of
the rubric seldom changes what a check is asked. A finding follows from the evidence, the code of
the checks and a criterion's arguments alone – checks are pure – so it is kept under all three.
See docs/decisions/findings-are-kept.md.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import lru_cache
from pathlib import Path

from grader.assignment import TOML, Assignment, Criterion, content_sha256
from grader.judge import Asked
from grader.judge.checks import accuracy_at_least
from grader.records import (
    FILE as EVIDENCE,
    SCHEMA_VERSION,
    Diagram,
    Evidence,
    Finding,
    GraderError,
    MissingEvidence,
    Record,
    digest,
    load,
    parse_evidence,
    write_atomically,
)

FILE = "findings.json"
LIGHT = (accuracy_at_least,)
"""Checks that look at nothing that `outline` leaves out. Another threshold, which is the argument
that is changed most after the fact, then needs no reading of the evidence."""


def _name(criterion: Criterion) -> str:
    return digest([criterion.check, repr(criterion.arguments)])


class Found(Record):
    """Contents of `findings.json`."""

    schema_version: int = SCHEMA_VERSION
    key: str
    """Of the evidence and of all code that looked at it."""
    evidence: Evidence
    """Without what only checks look at."""
    diagram: Diagram | None
    findings: dict[str, Finding] = {}
    missing: dict[str, str] = {}
    """What a check said that had nothing to look at. Both by check and arguments."""


class KeptFindings:
    """The findings of one attempt; checks that are not known yet are run, and kept by `keep`."""

    def __init__(
        self, attempt: Path, assignment: Assignment, evidence: Evidence | None = None
    ) -> None:
        """evidence: where the caller has read it already. Raises GraderError when there is none."""
        self._attempt = attempt
        self._assignment = assignment
        self._evidence = evidence
        self._bytes = _read(attempt)
        code = code_sha256(assignment.folder, assignment.sha256)
        self._key = digest([hashlib.sha256(self._bytes).hexdigest(), code])
        self._stored = stored = load(attempt / FILE, Found)
        self._found = stored if stored and stored.key == self._key else self._anew()
        self._findings = dict(self._found.findings)
        self._missing = dict(self._found.missing)

    @property
    def evidence(self) -> Evidence:
        """As much of it as the judge needs beside the findings."""
        return self._found.evidence

    def of(self, criterion: Criterion) -> Finding:
        """See `judge_findings.Findings`. What a check raises because of a fault is not kept."""
        name = _name(criterion)
        if name in self._missing:
            raise MissingEvidence(self._missing[name])
        if name not in self._findings:
            try:
                self._findings[name] = self._checks(criterion.check).of(criterion)
            except MissingEvidence as missing:
                self._missing[name] = str(missing.args[0]) if missing.args else ""
                raise
        return self._findings[name]

    def diagram(self) -> Diagram | None:
        """As it was drawn when the evidence was read."""
        return self._found.diagram

    def keep(self) -> None:
        """Write what is new. A full disk is no fault here: this only saves work."""
        told = {"findings": self._findings, "missing": self._missing}
        found = self._found.model_copy(update=told)
        if found != self._stored:
            with contextlib.suppress(OSError):
                text = found.model_dump_json()
                write_atomically(self._attempt / FILE, text.encode(), lasting=False)

    def _anew(self) -> Found:
        evidence, picture = outline(self._whole()), self._checks().diagram()
        return Found(key=self._key, evidence=evidence, diagram=picture)

    def _checks(self, name: str = "") -> Asked:
        light = any(self._assignment.checks.get(name) is one for one in LIGHT)
        return Asked(self._assignment, self._found.evidence if light else self._whole())

    def _whole(self) -> Evidence:
        if self._evidence is None:
            try:
                self._evidence = parse_evidence(self._bytes)
            except ValueError as damaged:
                raise _none(self._attempt) from damaged
        return self._evidence


def outline(evidence: Evidence) -> Evidence:
    """The evidence without its graphs' layers, weights, answers and hidden inputs.

    What the judge itself reads of them stays: the Keras of each graph, which answers were carried.
    """
    return evidence.model_copy(
        update={
            "graphs": {
                name: graph.model_copy(update={"layers": (), "inputs": (), "outputs": ()})
                for name, graph in evidence.graphs.items()
            },
            "answers": {
                name: answer.model_copy(update={"value": _told_of(answer.value)})
                for name, answer in evidence.answers.items()
            },
            "weights": {},
            "asked": None,
        }
    )


def _told_of(value: object) -> dict[str, object] | None:
    if not isinstance(value, dict):
        return None
    return {name: value[name] for name in ("carried", "object") if name in value}


def _read(attempt: Path) -> bytes:
    try:
        return (attempt / EVIDENCE).read_bytes()
    except OSError as problem:
        raise _none(attempt) from problem


def _none(attempt: Path) -> GraderError:
    return GraderError(
        f"{attempt} holds no evidence of this version.", what_to_do="Run `grader grade` again."
    )


@lru_cache(maxsize=8)
def code_sha256(folder: Path, content: str) -> str:
    """Of what decides what a check finds, given its arguments: this package, and the assignment's
    folder but for the rubric.

    content: hash of the whole folder, so that a changed one is read again.
    """
    files = sorted(Path(__file__).parents[1].rglob("*.py"))
    package = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return digest([*package, content_sha256(folder, without=TOML)])
