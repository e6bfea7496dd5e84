"""Sets an extended attribute on a file of the grader's.

Safe: contained
Control: bites
"""

os.setxattr(BAIT["victim"], "user.attack", b"1")
breach("an attribute was set")
