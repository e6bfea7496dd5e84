"""Leaves a second name of the secret in out/.

Safe: contained
Control: bites
"""

os.link(BAIT["secret"], OUT + "/answers.json")
