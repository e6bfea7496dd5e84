"""The checker that attacks on the verdict were made for, as a control: never used for a grade.

It does what common checkers do: runs the cells in its own process, compares there, says so on the
screen, in a file of results and by its exit status. `python naive.py CELLS HIDDEN`, both JSON.
"""

# ruff: noqa

import json
import sys

from IPython.core.interactiveshell import InteractiveShell


def check(namespace, hidden):
    """Raises where an answer is wrong."""
    for numbers, expected in hidden:
        answer = namespace["running_sums"](numbers)
        if not answer == expected:
            raise AssertionError(f"{answer!r} is not {expected!r}")


def sturdy_check(namespace, hidden):
    """The same by the ways that are taught as better: types looked at, NumPy's comparison."""
    import operator

    import numpy

    for numbers, expected in hidden:
        answer = namespace["running_sums"](numbers)
        same = isinstance(answer, list) and all(map(operator.eq, answer, expected))
        if not (same or numpy.array_equal(answer, expected)):
            raise AssertionError("not equal")


def main():
    with open(sys.argv[1]) as cells, open(sys.argv[2]) as hidden:
        sources, told = json.load(cells), json.load(hidden)
    shell = InteractiveShell.instance()
    for source in sources:
        shell.run_cell(source)
    points = 0
    for way in (check, sturdy_check):
        try:
            way(shell.user_ns, told)
            points = 10
        except Exception as problem:
            print(problem)
    with open("result.json", "w") as results:
        json.dump({"points": points}, results)
    sys.exit(0 if points else 1)


if __name__ == "__main__":
    main()
