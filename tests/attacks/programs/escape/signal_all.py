"""Signals everything that it can reach.

Safe: contained
Control: bites
"""

os.kill(-1, 0)
os.kill(BAIT["grader"], 0)
breach("everything may be signalled")
