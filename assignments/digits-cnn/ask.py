"""What the grader asks of the student's functions. Runs inside the sandbox, after the last cell.

What is asked stands in `ask_inputs` of checks.py, and how in the library.
"""

from grader_inside.asking import ask_plain


def ask(notebook, asked, out):
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    ask_plain(notebook, asked, out)
