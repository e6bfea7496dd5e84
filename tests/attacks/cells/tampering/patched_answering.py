"""Replaces the class that writes answers down: every status is "ok", every value is true.

Safe: earns nothing
Control: none, because a checker in the same process has no such module
"""

import sys

sys.path.insert(0, os.environ["GRADER_INSIDE"])
import answering

given = answering.Answers.give
answering.Answers.give = lambda self, name, *rest: given(self, name, "ok", True)
answering.plain = lambda value, depth=0: True
