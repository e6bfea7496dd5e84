"""Mounts over the system's folders.

Safe: contained
Control: root
"""

if os.fork() == 0:
    syscall("unshare", 0x00020000)
    syscall("mount", b"none", b"/", None, 16384 | (1 << 18), None)
    syscall("mount", b"tmpfs", os.getcwd().encode(), b"tmpfs", 0, None)
    breach("mounted")
    os._exit(0)
os.wait()
