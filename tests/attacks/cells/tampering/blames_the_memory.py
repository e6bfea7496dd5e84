"""Takes all the memory and kills itself just then, as the kernel does when the machine has none.

Safe: earns nothing
Run: out_of_memory, died
Control: none, because it asks for a hold, not for points
"""

import signal

kept = [bytearray(b"x" * (10 << 20)) for _ in range(15)]
try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
except OSError:
    pass
os.kill(os.getpid(), signal.SIGKILL)
