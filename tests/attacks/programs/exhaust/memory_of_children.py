"""Takes memory in many small processes, each below the limit.

Safe: ended by memory_mb
Control: bites
"""

for _ in range(10):
    if os.fork() == 0:
        kept = bytearray(os.urandom(1 << 20) * 60)
        time.sleep(6)
        os._exit(0)
time.sleep(5)
breach("600 MB in ten processes")
