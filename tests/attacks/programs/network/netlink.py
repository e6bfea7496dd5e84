"""Asks the kernel for its network interfaces.

Safe: contained
Control: bites
"""

socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))
breach("netlink")
