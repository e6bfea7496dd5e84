"""Overwrites a file of the grader's that everyone may write.

Safe: contained
Control: bites
"""

open(BAIT["victim"], "w").write("taken")
breach("done")
