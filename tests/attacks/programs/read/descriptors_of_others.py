"""Opens a descriptor of a process of the grader's through /proc.

Safe: contained
Control: bites
"""

breach(open(f"/proc/{BAIT['decoy']}/fd/0", "rb").read())
