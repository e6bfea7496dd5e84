"""Leaves a process behind that has cut all ties.

Safe: contained
Control: none, because the daemon would have to outlive the control
"""

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 100)
        time.sleep(3)
        with open(OUT + "/breach", "w") as stream:
            stream.write("the daemon lived on")
    os._exit(0)
time.sleep(0.5)
