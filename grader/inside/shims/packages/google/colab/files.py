"""Nobody is there to choose a file."""

from typing import Any


def upload(*arguments: Any, **options: Any) -> dict[str, bytes]:
    """No file is chosen."""
    print("Nobody is there to choose a file while a notebook is graded.")
    return {}


def download(filename: Any, *arguments: Any, **options: Any) -> None:
    """Nothing to do."""


def view(filepath: Any) -> None:
    """Nothing to do."""
