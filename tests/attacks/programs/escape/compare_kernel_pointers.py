"""Asks the kernel about the order of its pointers.

Safe: contained
Control: none, because not every kernel has kcmp
"""

syscall("kcmp", os.getpid(), BAIT["decoy"], 0, 0, 0)
breach("kcmp answered")
