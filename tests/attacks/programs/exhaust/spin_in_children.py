"""Spreads the computing over short-lived children.

Safe: ended by cpu_s, wall_s
Control: bites
"""

for _ in range(20):
    if os.fork() == 0:
        began = time.process_time()
        while time.process_time() - began < 0.25:
            pass
        os._exit(0)
    os.wait()
breach("5 s of processor time in twenty children")
