"""Locks memory so that it cannot be swapped.

Safe: contained
Control: root
"""

block = mmap.mmap(-1, 64 << 20)
address = ctypes.addressof(ctypes.c_char.from_buffer(block))
if LIBC.mlock(ctypes.c_void_p(address), ctypes.c_size_t(64 << 20)) == 0:
    breach("64 MB locked")
