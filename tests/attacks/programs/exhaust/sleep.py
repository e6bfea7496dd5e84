"""Sleeps for ever.

Safe: ended by wall_s
Control: bites
"""

time.sleep(6)
breach("slept longer than the wall time")
