"""Ends the process with status 0, as if all had gone well.

Safe: earns nothing
Run: died
Control: fools
"""

os._exit(0)
