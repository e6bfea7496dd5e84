"""Starts processes and threads without end, to have the machine look too busy.

Safe: earns nothing
Run: died, out_of_memory, timeout
Control: none, because the machine of the control has other things to do
"""

import time

while True:
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    except OSError:
        pass
