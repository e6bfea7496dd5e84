"""The same by clone.

Safe: contained
Control: bites
"""

child = syscall("clone", 0x10000000 | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
breach("a user namespace")
