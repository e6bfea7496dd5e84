"""Raises its own limits.

Safe: contained
Control: none, because the right to raise limits is rare, also for root
"""

import resource

resource.setrlimit(resource.RLIMIT_NPROC, (100000, resource.RLIM_INFINITY))
resource.setrlimit(resource.RLIMIT_CPU, (10000, resource.RLIM_INFINITY))
breach("limits were raised")
