"""Leaves a set-user-id program in out/.

Safe: contained
Control: bites
"""

open(OUT + "/model", "w").write("#!/bin/sh")
os.chmod(OUT + "/model", 0o6755)
