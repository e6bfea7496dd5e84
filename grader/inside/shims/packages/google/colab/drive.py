"""A drive that holds the assignment's own files."""

from pathlib import Path
from typing import Any

from grader_inside.shims.delivery import Delivery, link


def mount(mountpoint: Any = "/content/drive", *arguments: Any, **options: Any) -> None:
    """Make the folders, with the assignment's files in them."""
    for name in ("MyDrive", "My Drive"):
        folder = Path(mountpoint, name)
        folder.mkdir(parents=True, exist_ok=True)
        for path in set(Delivery().files.values()):
            link(path, folder / Path(path).name)
    print(f"Mounted at {mountpoint}")


def flush_and_unmount(*arguments: Any, **options: Any) -> None:
    """Nothing to do."""
