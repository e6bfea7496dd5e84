"""Stands for what Colab gives its notebooks: `drive`, `files`, `output`, `userdata`."""

from google.colab import drive, files, output, userdata

__all__ = ["drive", "files", "output", "userdata"]
