"""Empties a file of the grader's by truncate(2), which early Landlock does not see.

Safe: contained
Control: bites
"""

os.truncate(BAIT["victim"], 0)
breach("done")
