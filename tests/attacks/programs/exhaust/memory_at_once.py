"""Takes more memory than there is in one piece.

Safe: contained
Control: bites
"""

block = bytearray(3 << 30)
breach("3 GB in one piece")
