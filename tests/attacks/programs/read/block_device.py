"""Reads the disk itself, past every file system.

Safe: contained
Control: none, because a machine may have no such device
"""

import glob

for path in glob.glob("/dev/vd*") + glob.glob("/dev/sd*") + glob.glob("/dev/nvme*") + ["/dev/mem"]:
    try:
        os.close(os.open(path, os.O_RDONLY))
        breach(path)
    except OSError:
        pass
