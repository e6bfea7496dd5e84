"""The unit of work: submission bytes, assignment hash, assets hash → a run folder.

Nothing else decides what is in that folder, so an engine that spreads work over machines can hand
out `Work`, run `perform` where the hashes are at hand, and fetch the folder. See
docs/decisions/past-one-machine.md.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from grader.intake import Source
from grader.pipeline.submission import Setting, grade
from grader.records import AssetError, AssignmentError, GraderError, Record, current


class Work(Record):
    """What is sent to a worker. Plain data: it pickles."""

    id: str
    """Of the submission; safe as a folder name."""
    file_name: str
    data: bytes
    """The notebook's own bytes."""
    assignment_sha256: str
    assets_sha256: str


def work_for(source: Source, setting: Setting) -> Work:
    """The work that grading this submission is. Raises OSError when it cannot be read."""
    return Work(
        id=source.id,
        file_name=source.path.name,
        data=source.path.read_bytes(),
        assignment_sha256=setting.assignment.sha256,
        assets_sha256=setting.assets.record.sha256,
    )


def perform(work: Work, setting: Setting) -> Path:
    """Do it, with what this machine has (`setting`); returns the run folder.

    Raises AssignmentError or AssetError when this machine has others than the work is for: a
    result that looks the same and is not would be the worst outcome.
    """
    if work.assignment_sha256 != setting.assignment.sha256:
        raise AssignmentError(f"Another edition of {setting.assignment.slug} is installed here.")
    if work.assets_sha256 != setting.assets.record.sha256:
        raise AssetError("The data and weights here are not those that the work is for.")
    with tempfile.TemporaryDirectory(prefix="grader-work-") as place:
        path = Path(place) / Path(work.file_name).name
        path.write_bytes(work.data)
        source = Source(id=work.id, path=path, shown=work.file_name)
        grade(source, setting, lambda stage: None)
    folder = current(setting.folder / work.id)
    if folder is None:
        raise GraderError(f"{work.id} left no run folder.")
    return folder
