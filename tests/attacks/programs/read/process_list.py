"""Looks for the processes of the grader and of other runs.

Safe: contained
Control: bites
Not held: landlock
"""

os.stat(f"/proc/{BAIT['decoy']}")
breach("the process is seen")
