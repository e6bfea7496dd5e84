"""Opens performance counters, a large and holey part of the kernel.

Safe: contained
Control: none, because a machine may forbid it to everybody
"""

attributes = ctypes.create_string_buffer(128)
ctypes.cast(attributes, ctypes.POINTER(ctypes.c_uint32))[0] = 1
ctypes.cast(attributes, ctypes.POINTER(ctypes.c_uint32))[1] = 112
syscall("perf_event_open", attributes, 0, -1, -1, 0)
breach("counters were opened")
