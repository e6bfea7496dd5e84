"""Loads a program into the kernel.

Safe: contained
Control: none, because not every kernel has bpf
"""

attributes = (ctypes.c_uint32 * 16)(2, 4, 8, 1)
syscall("bpf", 0, attributes, 64)
breach("a map was made")
