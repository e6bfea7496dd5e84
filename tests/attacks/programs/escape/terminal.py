"""Types into the terminal of the grader.

Safe: contained
Control: bites
"""

import fcntl

for number in (0, 1, 2):
    try:
        fcntl.ioctl(number, 0x5412, b"x")
        breach("typed")
    except OSError as problem:
        if problem.errno not in (errno.EPERM, errno.ENOTTY):
            raise
        if problem.errno == errno.ENOTTY:
            breach("the call reaches the kernel")
