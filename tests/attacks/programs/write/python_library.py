"""Opens a library of Python for writing, to be run by the next submission.

Safe: contained
Control: bites
"""

with open(os.__file__, "r+b"):
    breach("a library can be changed")
