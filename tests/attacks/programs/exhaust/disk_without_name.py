"""Fills the disk with files that have no name.

Safe: ended by disk_mb
Control: bites
"""

kept = []
for number in range(80):
    kept.append(open("file", "wb"))
    os.unlink("file")
    kept[-1].write(b"x" * (1 << 20))
    kept[-1].flush()
    time.sleep(0.02)
breach("80 MB")
