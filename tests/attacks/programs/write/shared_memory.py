"""Leaves shared memory behind.

Safe: contained
Control: bites
"""

path = f"/dev/shm/attack-{os.getpid()}"
open(path, "w").write("left")
if "secret" in BAIT and os.path.exists(BAIT["shared"]):
    os.unlink(path)
    breach("it lies where the others' shared memory lies")
