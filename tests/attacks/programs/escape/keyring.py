"""Leaves a key in the kernel's key ring.

Safe: contained
Control: none, because not every kernel has key rings
"""

syscall("add_key", b"user", b"attack", b"x", 1, -2)
breach("a key was added")
