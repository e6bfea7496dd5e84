"""Stands for the package `gdown`: the assignment's own files, nothing else."""

from typing import Any

from grader_inside.shims.delivery import Delivery

__version__ = "0"


def download(
    url: Any = None,
    output: Any = None,
    quiet: bool = False,
    fuzzy: bool = False,
    id: Any = None,
    **options: Any,
) -> Any:
    """Put the file where it is wanted; its path."""
    path = Delivery().deliver(id or url, output or "")
    if not quiet:
        print(f"{path}: delivered")
    return path


def cached_download(url: Any = None, path: Any = None, **options: Any) -> Any:
    """The same."""
    return download(url, path, quiet=True)


def extractall(path: Any, to: Any = None) -> list[str]:
    """Unpack an archive."""
    import zipfile

    with zipfile.ZipFile(path) as opened:
        opened.extractall(to)
        return opened.namelist()
