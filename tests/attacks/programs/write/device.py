"""Makes a device file.

Safe: contained
Control: root
"""

os.mknod(OUT + "/device", 0o020666, os.makedev(1, 3))
breach("a device was made")
