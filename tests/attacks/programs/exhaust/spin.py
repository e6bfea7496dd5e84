"""Computes for ever.

Safe: ended by cpu_s, wall_s
Control: bites
"""

began = time.process_time()
while time.process_time() - began < 8:
    pass
breach("8 s of processor time")
