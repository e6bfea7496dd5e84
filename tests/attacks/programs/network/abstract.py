"""Connects to an abstract socket of the host, which no file system guards.

Safe: contained
Control: bites
"""

client = socket.socket(socket.AF_UNIX)
client.connect(BAIT["abstract"])
breach("connected")
