"""Kills the kernel, so that nothing can be asked.

Safe: earns nothing
Run: died
Control: none, because a checker that is killed says nothing at all
"""

import signal

os.kill(os.getpid(), signal.SIGKILL)
