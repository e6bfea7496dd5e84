"""Makes a socket through the 32-bit entry, whose numbers differ.

Safe: contained
Control: none, because not every kernel has the 32-bit entry
"""

code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0:
    breach("32-bit calls reach the kernel")
