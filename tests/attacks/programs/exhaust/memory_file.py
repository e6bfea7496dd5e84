"""Keeps data in anonymous files, which belong to no process's memory.

Safe: contained
Control: bites
"""

place = os.memfd_create("attack")
for _ in range(300):
    os.write(place, b"x" * (1 << 20))
breach("300 MB in a memory file")
