"""Makes itself the last victim of a lack of memory.

Safe: contained
Control: root
"""

open("/proc/self/oom_score_adj", "w").write("-900")
breach("changed")
