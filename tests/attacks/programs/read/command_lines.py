"""Reads the command line of a process of the grader's, which names files.

Safe: contained
Control: bites
"""

breach(open(f"/proc/{BAIT['decoy']}/cmdline", "rb").read()[:20])
