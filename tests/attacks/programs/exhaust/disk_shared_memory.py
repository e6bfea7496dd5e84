"""Fills the folder for shared memory.

Safe: contained
Control: bites
"""

for number in range(80):
    with open(f"/dev/shm/attack-{os.getpid()}-{number}", "wb") as stream:
        stream.write(b"x" * (1 << 20))
    if os.path.exists(BAIT["shared"]):
        os.unlink(f"/dev/shm/attack-{os.getpid()}-{number}")
    time.sleep(0.01)
breach("80 MB of shared memory")
