"""Reserves disk space without writing.

Safe: contained
Control: bites
"""

for number in range(8):
    place = os.open(f"file{number}", os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(place, 0, 15 << 20)
    time.sleep(0.3)
breach("120 MB reserved")
