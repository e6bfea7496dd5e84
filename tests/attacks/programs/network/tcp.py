"""Connects to a service on the grader's machine.

Safe: contained
Control: bites
"""

socket.create_connection(("127.0.0.1", BAIT["tcp"]), 3)
breach("connected")
