"""Fills the disk with many files.

Safe: ended by disk_mb
Control: bites
"""

for number in range(80):
    with open(f"file{number}", "wb") as stream:
        stream.write(b"x" * (1 << 20))
    time.sleep(0.01)
breach("80 MB")
