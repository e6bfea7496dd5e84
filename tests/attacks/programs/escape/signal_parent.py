"""Stops the process that watches over it.

Safe: contained
Control: bites
"""

above = os.getppid()
os.kill(above, 0)
if above > 1:
    breach("the parent may be signalled")
