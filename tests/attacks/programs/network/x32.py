"""Makes a socket through the x32 numbers of the calls.

Safe: contained
Control: none, because most kernels are built without x32
"""

# bit 30 selects x32; without filter support the kernel would answer ENOSYS as well
LIBC.syscall(ctypes.c_long(0x40000000 + BAIT["calls"]["socket"]), 2, 1, 0)
if ctypes.get_errno() != errno.ENOSYS:
    breach("x32 calls reach the kernel")
