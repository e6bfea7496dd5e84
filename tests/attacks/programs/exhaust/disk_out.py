"""Fills out/, which is copied to the grader's disk.

Safe: ended by disk_mb
Control: bites
"""

for number in range(80):
    with open(f"{OUT}/file{number}", "wb") as stream:
        stream.write(b"x" * (1 << 20))
    time.sleep(0.01)
breach("80 MB")
