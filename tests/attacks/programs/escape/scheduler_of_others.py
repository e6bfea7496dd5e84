"""Puts a process of the host behind all others.

Safe: contained
Control: bites
"""

os.sched_setscheduler(BAIT["decoy"], os.SCHED_IDLE, os.sched_param(0))
if os.sched_getscheduler(BAIT["decoy"]) == os.SCHED_IDLE:
    breach("a scheduler of somebody else")
