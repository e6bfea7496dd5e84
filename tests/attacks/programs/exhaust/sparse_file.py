"""Leaves a file of a terabyte that is all holes in out/.

Safe: contained
Control: bites
"""

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
os.truncate(os.open(OUT + "/weights.bin", os.O_CREAT | os.O_WRONLY), 1 << 40)
breach("a terabyte of holes")
