"""One file in two places without a second copy, wherever the system allows it."""

import os
import shutil
import sys
from pathlib import Path


def lead(path: Path, target: Path) -> None:
    """`path` becomes a link to the file or folder `target`; a copy where there are no links. `path`
    must not exist yet; folders above it are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(target)
    except (OSError, NotImplementedError):  # Windows: for administrators and developers only
        target = path.parent / target
        if not target.is_dir():
            link_or_copy(target, path)
        elif sys.platform == "win32":
            import _winapi  # noqa: PLC0415 - there only

            _winapi.CreateJunction(str(target), str(path))
        else:
            shutil.copytree(target, path)


def link_or_copy(source: Path | str, target: Path | str) -> None:
    """The file under a second name, real in both places; a copy on another disk. Raises OSError."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
