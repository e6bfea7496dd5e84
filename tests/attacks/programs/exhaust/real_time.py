"""Takes the processor from everybody by real-time scheduling.

Safe: contained
Control: root
"""

os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
breach("real-time scheduling")
