"""Leaves a POSIX message queue behind.

Safe: contained
Control: bites
"""

place = syscall("mq_open", b"attack-queue", os.O_CREAT | os.O_RDWR, 0o600, 0)
syscall("mq_unlink", b"attack-queue")
breach("a queue was made")
