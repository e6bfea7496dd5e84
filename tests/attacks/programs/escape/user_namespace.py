"""Becomes root in a user namespace of its own, to reach more of the kernel.

Safe: contained
Control: bites
"""

if os.fork() == 0:
    syscall("unshare", 0x10000000)
    breach("a user namespace")
    os._exit(0)
os.wait()
