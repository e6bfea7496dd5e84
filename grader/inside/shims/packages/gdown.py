"""Stands for the package `gdown`: the assignment's own files, nothing else."""

from grader_inside.shims.delivery import Delivery

__version__ = "0"


def download(url=None, output=None, quiet=False, fuzzy=False, id=None, **options):
    """Put the file where it is wanted; its path."""
    path = Delivery().deliver(id or url, output or "")
    if not quiet:
        print(f"{path}: delivered")
    return path


def cached_download(url=None, path=None, **options):
    """The same."""
    return download(url, path, quiet=True)


def extractall(path, to=None):
    """Unpack an archive."""
    import zipfile

    with zipfile.ZipFile(path) as opened:
        opened.extractall(to)
        return opened.namelist()
