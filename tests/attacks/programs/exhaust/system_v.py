"""Leaves a System V shared memory segment behind, which outlives processes.

Safe: contained
Control: bites
"""

place = syscall("shmget", 424242, 4096, 0o1666)
syscall("shmctl", place, 0, 0)
breach("a segment was made")
