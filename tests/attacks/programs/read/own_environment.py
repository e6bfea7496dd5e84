"""Reads credentials from its environment.

Safe: contained
Control: bites
"""

if "GRADER_TOKEN" in os.environ:
    breach("a credential was handed on")
