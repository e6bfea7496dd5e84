"""Stands for the package `wget`: the assignment's own files, nothing else."""

from typing import Any

from grader_inside.shims.delivery import Delivery


def download(url: Any, out: Any = None, bar: Any = None) -> Any:
    """Put the file where it is wanted; its path."""
    return Delivery().deliver(url, out or "")
