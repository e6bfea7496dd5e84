"""Walks into another process's root folder through /proc.

Safe: contained
Control: bites
"""

breach(open(f"/proc/{BAIT['decoy']}/root{BAIT['secret']}").read())
