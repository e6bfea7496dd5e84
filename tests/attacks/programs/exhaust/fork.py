"""Starts processes without end.

Safe: ended by processes
Control: bites
"""

for _ in range(120):
    if os.fork() == 0:
        time.sleep(8)
        os._exit(0)
breach("120 processes")
