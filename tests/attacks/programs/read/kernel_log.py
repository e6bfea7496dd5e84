"""Reads the kernel's messages, which name processes and addresses.

Safe: contained
Control: root
"""

buffer = ctypes.create_string_buffer(4096)
if syscall("syslog", 3, buffer, 4096) > 0:
    breach("the kernel's messages")
