"""Opens the file with the hidden labels by its full path.

Safe: contained
Control: bites
"""

breach(open(BAIT["secret"]).read())
