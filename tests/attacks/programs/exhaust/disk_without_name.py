"""Fills the disk with files that have no name.

Safe: ended by disk_mb
Control: bites
"""

kept = []
for number in range(80):
    kept.append(open("file", "wb"))
    os.unlink("file")
    try:
        kept[-1].write(b"x" * (1 << 20))
        kept[-1].flush()
    except OSError:  # full: stay, so that the disk is full for longer than a look takes
        time.sleep(5)
        raise
    time.sleep(0.02)
breach("80 MB")
