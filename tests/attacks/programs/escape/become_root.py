"""Asks for root's user id.

Safe: contained
Control: root
"""

os.setresuid(0, 0, 0)
if os.getuid() == 0:
    breach("root")
