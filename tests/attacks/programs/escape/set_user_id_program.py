"""Runs a set-user-id program of the system and looks who it is.

Safe: contained
Control: none, because a machine may have no such program
"""

import shutil

program = shutil.which("su") or shutil.which("mount")
status = open("/proc/self/status").read()
if program and os.stat(program).st_mode & 0o4000 and "NoNewPrivs:\t0" in status:
    breach("set-user-id programs keep their power")
