"""Renames a file of the grader's.

Safe: contained
Control: bites
"""

os.rename(BAIT["victim"], BAIT["victim"] + "2")
breach("done")
