"""Shares memory between processes that all touch it.

Safe: ended by memory_mb
Control: bites
"""

block = mmap.mmap(-1, 500 << 20)
for start in range(0, 500 << 20, 1 << 20):
    block[start : start + (1 << 20)] = b"x" * (1 << 20)
    if start % (20 << 20) == 0:
        time.sleep(0.05)
time.sleep(1)
breach("500 MB shared")
