"""Talks to the hypervisor; network namespaces do not cover it.

Safe: contained
Control: none, because not every kernel has vsock
"""

socket.socket(40, socket.SOCK_STREAM)
breach("a vsock was made")
