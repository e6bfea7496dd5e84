"""Plants a start-up file beside Python's libraries.

Safe: contained
Control: bites
"""

import sysconfig

path = sysconfig.get_path("purelib") + "/attack-probe.pth"
open(path, "w").close()
os.unlink(path)
breach("a start-up file can be planted")
