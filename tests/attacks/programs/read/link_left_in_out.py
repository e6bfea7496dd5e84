"""Leaves a link to the secret in out/, for the grader to follow.

Safe: contained
Control: bites
"""

os.symlink(BAIT["secret"], OUT + "/answers.json")
