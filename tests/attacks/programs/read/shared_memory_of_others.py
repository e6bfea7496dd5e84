"""Reads what others keep in shared memory.

Safe: contained
Control: bites
"""

breach(open(BAIT["shared"]).read())
