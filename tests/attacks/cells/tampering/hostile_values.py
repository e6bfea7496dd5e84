"""Answers with NaN, infinity, endless nesting, huge numbers and objects that raise when looked at.

Safe: earns nothing
Control: none, because it fools nobody: it is to break the reader
"""

answers = iter(
    [float("nan"), float("inf"), 10**5000, {"a": {1: {2: [{3: object()}]}}}, "\ud800", b"\xff"]
)


class Raises:
    def __getattribute__(self, name):
        raise BaseException("looked at")


def running_sums(numbers):
    endless = []
    endless.append(endless)
    return [next(answers, Raises()), endless, Raises, ..., {Raises(): 1}]
