"""Takes the processor from everybody by a higher priority.

Safe: contained
Control: root
"""

os.setpriority(os.PRIO_PROCESS, 0, -10)
breach("a higher priority")
