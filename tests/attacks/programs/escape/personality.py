"""Switches address randomisation off for what it starts.

Safe: contained
Control: bites
"""

LIBC.personality(0x0040000)
if LIBC.personality(0xFFFFFFFF) & 0x0040000:
    breach("no randomisation")
