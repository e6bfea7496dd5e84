"""Hangs in C with all signals blocked, where no Python handler runs.

Safe: ended by wall_s
Control: bites
"""

signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
LIBC.usleep.argtypes = [ctypes.c_uint]
for _ in range(6):
    LIBC.usleep(1000000)
breach("hung in C")
