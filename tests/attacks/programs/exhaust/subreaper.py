"""Makes itself the parent of orphans, to keep them from the grader.

Safe: contained
Control: none, because what it leaves behind would have to be killed
"""

LIBC.prctl(36, 1, 0, 0, 0)
for _ in range(3):
    if os.fork() == 0:
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(100)
        os._exit(0)
time.sleep(0.3)
os._exit(0)
