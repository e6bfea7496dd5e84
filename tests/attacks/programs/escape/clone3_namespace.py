"""The same by clone3, whose flags no filter can read.

Safe: contained
Control: bites
"""


class Arguments(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_uint64) for name in "flags pidfd child parent signal stack size tls".split()
    ]


child = syscall("clone3", ctypes.byref(Arguments(flags=0x10000000, signal=17)), 64)
if child == 0:
    os._exit(0)
breach("a user namespace")
