"""Installs a filter of its own, to make its children answer wrongly.

Safe: contained
Control: bites
"""

program = (ctypes.c_uint64 * 1)(0x7FFF000000000006)


class Header(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_void_p)]


LIBC.prctl(38, 1, 0, 0, 0)
header = Header(1, ctypes.addressof(program))
syscall("seccomp", 1, 0, ctypes.byref(header))
breach("a filter was installed")
