"""Reads the notebook of another student.

Safe: contained
Control: bites
"""

breach(open(BAIT["neighbour"] + "/submission.ipynb").read())
