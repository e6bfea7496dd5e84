"""Ends properly, and then hangs in an exit handler.

Safe: ended by wall_s
Control: bites
"""

import atexit


@atexit.register
def hang():
    time.sleep(6)
    breach("hung at exit")
