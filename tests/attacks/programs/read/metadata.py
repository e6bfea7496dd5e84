"""Asks whether a hidden file exists, how large it is, when it was changed.

Safe: contained
Control: bites
Not held: landlock
"""

breach(os.stat(BAIT["shared"]).st_size)
