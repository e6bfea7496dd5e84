"""Enters the namespaces of a process of the grader's.

Safe: contained
Control: root
"""

place = os.open(f"/proc/{BAIT['decoy']}/ns/uts", os.O_RDONLY)
syscall("setns", place, 0)
breach("another namespace")
