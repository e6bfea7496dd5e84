"""Connects to the host's socket through another process's root folder.

Safe: contained
Control: bites
"""

client = socket.socket(socket.AF_UNIX)
client.connect(f"/proc/{BAIT['decoy']}/root{BAIT['unix']}")
breach("connected")
