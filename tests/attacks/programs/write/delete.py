"""Deletes a file of the grader's.

Safe: contained
Control: bites
"""

os.unlink(BAIT["victim"])
breach("done")
