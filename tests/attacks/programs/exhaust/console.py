"""Prints without end.

Safe: ended by output_mb
Control: bites
"""

for _ in range(60):
    sys.stdout.write("x" * (1 << 17))
    sys.stdout.flush()
    time.sleep(0.02)
breach("8 MB printed")
