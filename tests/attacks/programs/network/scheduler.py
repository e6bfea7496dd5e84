"""Connects to a cluster's scheduler or worker that listens on the grader's machine, by every name.

Safe: contained
Control: bites
"""

for host in ("127.0.0.1", "localhost", "0.0.0.0", socket.gethostname()):
    try:
        socket.create_connection((host, BAIT["tcp"]), 1)
    except OSError:
        continue
    breach(f"connected to {host}")
