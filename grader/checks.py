"""What a `checks.py` of an assignment may use: `from grader.checks import *`."""

from grader.judge.checks import *  # noqa: F403
