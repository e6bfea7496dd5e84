"""Makes the number 0 a 10 inside the interpreter, so that no points are ten points.

Safe: earns nothing
Run: finished, student_error, died, timeout
Control: none, because the interpreter of the control need not survive it
"""

import ctypes


def running_sums(numbers):
    for small in (6, 4):
        ctypes.memset(id(small) + 24, 0, 4)
    return [1, 3, 6, 10, 15]
