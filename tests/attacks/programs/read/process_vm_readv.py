"""Reads the memory of a process of the grader's by system call.

Safe: contained
Control: bites
"""


class Slice(ctypes.Structure):
    _fields_ = [("place", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(16)
here = Slice(ctypes.addressof(buffer), 16)
# Any answer but "not allowed" means that the other process was reached.
try:
    syscall(
        "process_vm_readv",
        BAIT["decoy"],
        ctypes.byref(here),
        1,
        ctypes.byref(Slice(4096, 16)),
        1,
        0,
    )
except OSError as problem:
    if problem.errno == errno.EFAULT:
        breach("the other process's memory was walked")
