"""Stops the kernel with a signal that leaves it alive and silent.

Safe: earns nothing
Run: timeout
Control: none, because the control would wait for ever
"""

import signal

os.kill(os.getpid(), signal.SIGSTOP)
