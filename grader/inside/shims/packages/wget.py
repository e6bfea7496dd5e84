"""Stands for the package `wget`: the assignment's own files, nothing else."""

from grader_inside.shims.delivery import Delivery


def download(url, out=None, bar=None):
    """Put the file where it is wanted; its path."""
    return Delivery().deliver(url, out or "")
