"""Takes a descriptor out of a process of the grader's.

Safe: contained
Control: bites
"""

place = os.pidfd_open(BAIT["decoy"])
os.read(syscall("pidfd_getfd", place, 0, 0), 1)
breach("a descriptor was taken")
