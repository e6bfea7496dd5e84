"""Opens the secret by a file handle, past its path.

Safe: contained
Control: bites
"""

handle = ctypes.create_string_buffer(8 + 128)
ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint))[0] = 128
mount = ctypes.c_int()
syscall("name_to_handle_at", -100, BAIT["folder"].encode(), handle, ctypes.byref(mount), 0)
breach("a handle was given")
