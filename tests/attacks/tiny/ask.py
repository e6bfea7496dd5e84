"""Puts the hidden inputs to the two functions and writes down what comes."""

# ruff: noqa

import contextlib
import functools
import os

from grader_inside.asking import Answers, attempt


def ask(notebook, asked, out):
    for name in os.listdir(out):
        if name.startswith(("answers", "graph_", "weights_")):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(out, name))
    answers = Answers(out)
    for name, inputs in asked.items():
        function = notebook.get(name)
        if not callable(function):
            answers.give(name, "missing")
            continue
        status, value, error = attempt(functools.partial(_each, function, inputs), 1)
        answers.give(name, status, value, error)


def _each(function, inputs):
    return [function(one) for one in inputs]
