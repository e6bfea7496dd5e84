"""Changes the mode of a file of the grader's; Landlock does not see chmod.

Safe: contained
Control: bites
"""

os.chmod(BAIT["victim"], 0o777)
if os.stat(BAIT["victim"]).st_mode & 0o111:
    breach("the mode was changed")
