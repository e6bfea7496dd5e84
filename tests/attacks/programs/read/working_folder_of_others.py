"""Walks out of another process's working folder through /proc.

Safe: contained
Control: bites
"""

breach(len(os.listdir(f"/proc/{BAIT['grader']}/cwd/")))
