"""Uses the newer protocol, in case only the older one is closed.

Safe: contained
Control: bites
"""

socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
breach("a socket was made")
