"""Leaves a file in the temporary folder that survives reboots.

Safe: contained
Control: bites
"""

path = "/var/tmp/attack-probe"
open(path, "w").close()
os.unlink(path)
breach("a file could be left behind")
