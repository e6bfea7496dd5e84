"""Listens to every packet.

Safe: contained
Control: root
"""

socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
breach("a raw socket was made")
