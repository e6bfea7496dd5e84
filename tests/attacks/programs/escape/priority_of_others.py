"""Slows a process of the grader's down.

Safe: contained
Control: bites
"""

os.setpriority(os.PRIO_PROCESS, BAIT["decoy"], 19)
breach("the priority of another process was changed")
