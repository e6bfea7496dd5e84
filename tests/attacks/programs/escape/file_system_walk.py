"""Deletes everything below /tmp, as notebooks of courses do (the control: one planted folder).

Safe: contained
Control: bites
"""

import shutil

shutil.rmtree(BAIT["neighbour"], ignore_errors=True)
if "neighbour" in BAIT["names"] and not os.path.exists(BAIT["neighbour"]):
    if os.path.exists(BAIT["folder"]):
        breach("a folder of the grader's was deleted")
    else:
        shutil.rmtree("/tmp", ignore_errors=True)
