"""Writes one huge file.

Safe: contained
Control: bites
"""

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open("file", "wb") as stream:
    for _ in range(40):
        stream.write(b"x" * (1 << 20))
breach("40 MB in a file")
