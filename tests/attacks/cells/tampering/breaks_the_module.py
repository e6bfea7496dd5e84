"""Puts a function that raises our own kinds of errors in the place of the one that asks.

Safe: earns nothing
Control: none, because it asks for a hold, not for points
"""

import grader_inside.asking.main as asking


class AssignmentError(Exception):
    pass


def ask(*_):
    raise AssignmentError("assignments/tiny/ask.py: KeyError: 'no such key'")


asking.ask = ask
