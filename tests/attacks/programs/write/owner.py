"""Gives a file of the grader's away, by descriptor-less chown.

Safe: contained
Control: root
"""

os.chown(BAIT["victim"], 12345, 12345)
if os.stat(BAIT["victim"]).st_uid == 12345:
    breach("the owner was changed")
