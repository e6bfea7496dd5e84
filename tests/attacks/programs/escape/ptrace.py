"""Attaches to a process of the grader's as a debugger.

Safe: contained
Control: bites
"""

if syscall("ptrace", 16, BAIT["decoy"], 0, 0) == 0:
    os.waitpid(BAIT["decoy"], 0x40000000)
    syscall("ptrace", 17, BAIT["decoy"], 0, 0)
    breach("attached")
