"""Signals everything it can: its parents, its session, all processes of its user.

Safe: earns nothing
Run: died, finished, student_error, timeout
Control: none, because it would hit whatever else runs here
"""

import signal

for target in (os.getppid(), 1, -os.getpgid(0), -1):
    for number in (signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(target, number)
        except OSError:
            pass
