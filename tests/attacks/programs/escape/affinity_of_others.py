"""Moves a process of the grader's to another processor.

Safe: contained
Control: bites
"""

os.sched_setaffinity(BAIT["decoy"], os.sched_getaffinity(0))
breach("the processors of another process were changed")
