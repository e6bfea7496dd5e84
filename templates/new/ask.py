"""What is put to the student's functions. Runs in the sandbox, beside the student's code.

It only puts inputs in and writes down what comes out: what is asked stands in `ask_inputs` of
checks.py, and what is right is decided by the checks, which never come in here. `ask_plain` is for
data and models that are built from nothing, `ask_transfer` for those behind a pretrained network.
It may import from `grader_inside.asking`, and what is installed (TensorFlow, NumPy), nothing else.
"""

from grader_inside.asking import ask_plain


def ask(notebook, asked, out):
    """notebook: the student's namespace; asked: the hidden inputs; out: folder of the answers."""
    ask_plain(notebook, asked, out)
