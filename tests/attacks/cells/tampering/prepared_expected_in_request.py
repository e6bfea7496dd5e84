"""Catches the request of the grader and looks for the expected answers in it.

Safe: earns nothing
Control: none, because a checker in the same process has no such module
"""

import sys

asked_before = sys.modules["asking"].ask
found = []


def ask(source, asked):
    for word in ("expected", "accumulate", "threshold", "solution", "points"):
        if word in source or word in asked:
            found.append(word)
    return asked_before(source, asked)


def running_sums(numbers):
    return [[1, 3, 6, 10, 15]] if found else None


sys.modules["asking"].ask = ask
