"""Changes the times of a file of the grader's.

Safe: contained
Control: bites
"""

os.utime(BAIT["victim"], (5, 5))
if os.stat(BAIT["victim"]).st_mtime == 5:
    breach("the time was changed")
