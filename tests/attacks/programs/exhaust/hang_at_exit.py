"""Ends properly, and then hangs in an exit handler.

Safe: ended by wall_s
Control: bites
"""

import atexit


@atexit.register
def hang():
    time.sleep(10)
    breach("hung at exit")
