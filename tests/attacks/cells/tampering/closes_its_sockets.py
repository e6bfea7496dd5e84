"""Closes every descriptor, the kernel's sockets among them.

Safe: earns nothing
Run: died, timeout
Control: none, because a checker in the same process has no sockets
"""

os.closerange(3, 200)
