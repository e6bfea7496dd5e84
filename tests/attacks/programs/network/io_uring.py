"""Makes sockets behind the filter's back with io_uring.

Safe: contained
Control: bites
"""

parameters = ctypes.create_string_buffer(120)
syscall("io_uring_setup", 4, parameters)
breach("a ring was made")
