"""Canvas: into a downloaded gradebook (option `gradebook`), or over its REST interface."""

from grader.platforms.canvas import gradebook, rest
from grader.platforms.seam import Platform, Receipt, Sending


class Canvas(Platform):
    """Both ways to Canvas; the options say which."""

    name = "canvas"
    options = {
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

    def deliver(self, sending: Sending) -> Receipt:
        """Fill the gradebook, or push."""
        if sending.options.get("gradebook"):
            sending.need("gradebook", "column")
            return gradebook.fill(sending)
        sending.need("url", "course", "assignment")
        return rest.push(sending)
