"""Starts processes without end, and goes on where the kernel refuses one.

Safe: ended by processes
Control: bites
"""

# Between two looks of the watchdog the kernel's own bound holds: 48 + 16 threads and 64 above.
started = 0
for _ in range(4000):
    try:
        child = os.fork()
    except OSError:
        time.sleep(0.001)
        continue
    if child == 0:
        time.sleep(8)
        os._exit(0)
    started += 1
    if started == 240:
        breach("240 processes")
        break
