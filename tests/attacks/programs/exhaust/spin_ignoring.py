"""Ignores every signal that can be ignored, the processor's limit too.

Safe: ended by cpu_s, wall_s
Control: bites
"""

for number in range(1, 64):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
began = time.process_time()
while time.process_time() - began < 4:
    pass
breach("4 s of processor time")
