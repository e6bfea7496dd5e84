"""Archives that were handed in: which there are, what is taken out of them, within which bounds.

An archive of others may be hostile: nothing but plain files inside one folder comes out of it.
"""

import zipfile
from pathlib import Path, PurePosixPath

from grader.records.errors import IntakeError
from grader.records.tars import unpack_tar
from grader.records.zips import Bounds, Entries, Refused, unpack_zip

SUFFIXES = (".ipynb", ".ipynb.json", ".ipynb.txt", ".py")
ARCHIVE = ".zip"
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ARCHIVES = (ARCHIVE, *TARS)
OTHER_KINDS = (".pdf", ".html", ".htm", ".rar", ".7z", ".docx", ".doc", ".odt", ".rtf", ".txt")
"""What people hand in instead of a notebook."""
SKIPPED_FOLDERS = {".ipynb_checkpoints", "__MACOSX", ".git", ".venv", "node_modules"}
HANDED_IN = Bounds(total_bytes=4 << 30, small_bytes=200 << 20, file_bytes=4 << 30, depth=1_000)
"""A whole class may be one archive, and text shrinks well."""
SAID = {
    "large": "{archive} is too large to unpack ({subject} files).",
    "grows": "{archive} unpacks to {subject} times its size.",
    "entry": "{subject!r} in the archive is a link or leaves the archive.",
    "damaged": "{archive} is no archive that can be read ({subject}).",
}
"""Why a submission's archive was refused, for the one who handed it in."""


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack what may be handed in: notebooks, scripts, further archives and what people take for
    notebooks; the folder.

    Names are taken as archivers of all systems write them, and the later of two entries counts.
    IntakeError for what leaves the folder, links, bombs and what cannot be read.
    """
    try:
        if archive.name.lower().endswith(ARCHIVE):
            unpack_zip(archive, folder, HANDED_IN, _handed_in)
        else:
            unpack_tar(archive, folder, HANDED_IN, _is_handed_in)
    except (Refused, OSError) as problem:
        why = problem if isinstance(problem, Refused) else Refused("damaged", "", problem)
        raise IntakeError(
            SAID[why.kind].format(archive=archive.name, subject=why.subject),
            what_to_do="Download it again." if why.kind == "damaged" else "",
        ) from problem
    return folder


def _handed_in(entries: list[zipfile.ZipInfo]) -> Entries:
    for entry in entries:
        if _is_handed_in(PurePosixPath(entry.filename)):
            yield entry, PurePosixPath(entry.filename.replace("\\", "/"))


def _is_handed_in(path: PurePosixPath) -> bool:
    skipped = any(part in SKIPPED_FOLDERS or part.startswith("._") for part in path.parts)
    return path.name.lower().endswith((*SUFFIXES, *ARCHIVES, *OTHER_KINDS)) and not skipped
