"""What the grader asks of the objects that a notebook leaves. Runs inside the sandbox, after the
last cell.

No edition of this lab has functions, so all is flat code: the library finds network, cut, compiled
model and data by what they are. What is asked stands in `ask_inputs` of checks.py.
"""

from grader_inside.asking import ask_transfer


def ask(notebook, asked, out):
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    ask_transfer(notebook, asked, out)
