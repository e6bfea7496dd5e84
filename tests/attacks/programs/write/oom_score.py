"""Makes another process the first victim of a lack of memory.

Safe: contained
Control: bites
"""

path = f"/proc/{BAIT['decoy']}/oom_score_adj"
open(path, "w").write("500")
breach("changed")
