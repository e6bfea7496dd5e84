"""Replaces the class that writes answers down: every status is "ok", every value is true.

Safe: earns nothing
Control: none, because a checker in the same process has no such module
"""

from grader_inside.asking import answers

given = answers.Answers.give
answers.Answers.give = lambda self, name, *rest: given(self, name, "ok", True)
answers.plain = lambda value, depth=0: True
