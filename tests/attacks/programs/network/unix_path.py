"""Connects to a unix socket of the host by its path.

Safe: contained
Control: bites
"""

client = socket.socket(socket.AF_UNIX)
client.connect(BAIT["unix"])
breach("connected")
