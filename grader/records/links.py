"""Make one place lead to another, also where a system keeps symbolic links to administrators."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def lead(place: Path, target: Path) -> None:
    """`place` becomes a link to the file or folder `target`; a copy where there are no links.

    `place` must not exist yet; folders above it are made. Raises OSError.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target)
    except (OSError, NotImplementedError):
        _without_symlinks(place, target)


def _without_symlinks(place: Path, target: Path) -> None:
    """Windows gives symbolic links to administrators and developers only."""
    target = target if target.is_absolute() else place.parent / target
    if target.is_dir():
        if sys.platform == "win32":
            import _winapi  # noqa: PLC0415 - there only

            _winapi.CreateJunction(str(target), str(place))
        else:
            shutil.copytree(target, place)
        return
    try:
        os.link(target, place)
    except OSError:
        shutil.copyfile(target, place)
