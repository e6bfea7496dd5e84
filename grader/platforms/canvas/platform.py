"""Canvas: into a downloaded gradebook (option `gradebook`), or over its REST interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.platforms.canvas import gradebook as canvas_gradebook, rest
from grader.platforms.seam import Options, Receipt, check_options
from grader.records import Grade


class Canvas:
    """Both ways to Canvas; the options say which."""

    name = "canvas"
    options: Mapping[str, str] = {
        "gradebook": "the gradebook CSV as exported from Canvas",
        "column": "assignment in that file: its title, its id, or `Title (id)`",
        "out": "folder for the filled copy of the gradebook",
        "roster": "CSV file with columns submission,user: Canvas id, SIS id or login of each",
        "url": "address of Canvas, for example https://canvas.example.edu",
        "course": "course id in Canvas",
        "assignment": "assignment id in Canvas",
        "token_env": "environment variable that holds the access token (default CANVAS_TOKEN)",
        "comments": "`on` (default) or `off`: a comment with what to fix",
        "attach": "`on` (default) or `off`: attach report.html to the comment",
        "overwrite": "`yes` to replace a grade that somebody changed in Canvas since",
    }

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Fill the gradebook, or push."""
        if options.get("gradebook"):
            check_options(self, options, needed=("gradebook", "column"))
            way = canvas_gradebook.send
        else:
            check_options(self, options, needed=("url", "course", "assignment"))
            way = rest.send
        return way(self.name, grades, folder=folder, options=options, dry_run=dry_run)
