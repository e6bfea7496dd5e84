"""Carries data out in a name look-up: a datagram socket to port 53.

Safe: contained
Control: bites
"""

resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
resolver.connect(("127.0.0.1", 53))
breach("a resolver's socket was made")
