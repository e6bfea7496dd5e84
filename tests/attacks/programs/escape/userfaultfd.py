"""Stops the kernel at page faults, a tool of many exploits.

Safe: contained
Control: none, because not every kernel has it
"""

syscall("userfaultfd", 1)
breach("userfaultfd")
