"""Computes for ever.

Safe: ended by cpu_s, wall_s
Control: bites
"""

began = time.process_time()
while time.process_time() - began < 4:
    pass
breach("4 s of processor time")
