"""Sends to a datagram socket of the host, as to its log.

Safe: contained
Control: bites
"""

client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
client.sendto(b"x", BAIT["unix_datagram"])
breach("sent")
