"""Takes memory without end.

Safe: ended by memory_mb
Control: bites
"""

kept = []
for _ in range(60):
    kept.append(b"x" * (10 << 20))
    time.sleep(0.02)
breach("600 MB")
