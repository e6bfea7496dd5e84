"""What the platforms that run us in a container share: one grade, one place.

Two ways to write: `place=container` puts the files of one grade where the platform reads them;
`place=batch` (the default) gives every submission a folder of its own, to look at or to test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.platforms.seam import Entry, Options, Platform, Receipt, check_options, not_sent
from grader.platforms.shared.files import deliver, entry_for, held_file, out_folder
from grader.records import Grade, PlatformError

OPTIONS = {
    "out": "folder to write to",
    "place": "`container`: one grade, straight into `out`; `batch`: a folder for each submission",
    "unfinished": "name of the last finished stage, when the grade is a partial one",
}


Writer = Callable[[Grade, Options, Path], Mapping[str, bytes | None]]
"""Grade, options and run folder → the files of one submission, names relative to its own folder.
A file whose content is None must not be there afterwards."""


def send_files(
    platform: Platform,
    grades: Sequence[Grade],
    write: Writer,
    *,
    folder: Path,
    options: Options,
    dry_run: bool,
    shown: Callable[[Grade], str] = lambda grade: "",
) -> Receipt:
    """The `send` of these platforms. Raises PlatformError for options that do not fit."""
    check_options(platform, options)
    place = options.get("place", "batch")
    if place not in ("container", "batch"):
        raise PlatformError(f"{platform.name}: place is `container` or `batch`, not {place!r}.")
    if place == "container" and len(grades) != 1:
        raise PlatformError(f"{platform.name}: place=container takes one grade, not {len(grades)}.")
    files: dict[str, bytes] = {}
    gone: list[str] = []
    entries: list[Entry] = []
    for grade in grades:
        prefix = "" if place == "container" else f"{grade.submission.id}/"
        made = write(grade, options, folder)
        gone += [prefix + name for name, data in made.items() if data is None]
        mine = {prefix + name: data for name, data in made.items() if data is not None}
        files |= mine
        entries.append(entry_for(grade, b"\0".join(mine.values())))
    return deliver(
        platform.name,
        grades,
        entries,
        files | (held_file(entries) if place == "batch" else {}),
        out=out_folder(platform.name, folder, options),
        folder=folder,
        dry_run=dry_run,
        gone=gone,
        shown="".join(shown(grade) for grade in grades),
    )


def counts(grade: Grade) -> bool:
    """Whether its number may be shown to a platform."""
    return not_sent(grade) is None
