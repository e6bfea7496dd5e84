"""Sends a datagram out.

Safe: contained
Control: bites
"""

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(b"secret", ("127.0.0.1", BAIT["udp"]))
breach("sent")
