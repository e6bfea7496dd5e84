"""Lowers the limits of a process of the grader's.

Safe: contained
Control: bites
"""

import resource

resource.prlimit(BAIT["decoy"], resource.RLIMIT_CORE, (0, 0))
breach("limits of another process were changed")
