"""Changes its root folder, the first step of an old escape.

Safe: contained
Control: root
"""

if os.fork() == 0:
    os.chroot(".")
    LIBC.write(1, b"BREACH chroot\n", 14)
    os._exit(0)
os.wait()
