"""Opens the kernel's core pattern, a program run as root, for writing.

Safe: contained
Control: root
"""

with open("/proc/sys/kernel/core_pattern", "r+b"):
    breach("the core pattern can be changed")
