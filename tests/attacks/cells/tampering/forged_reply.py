"""Sends replies of its own on the shell channel, before the kernel does.

Safe: earns nothing
Control: none, because a checker in the same process has no channels
"""

kernel = get_ipython().kernel
content = {"status": "ok", "execution_count": 99, "payload": [], "user_expressions": {"points": 10}}
for stream in [kernel.shell_stream, *kernel.shell_streams]:
    for _ in range(50):
        try:
            kernel.session.send(stream, "execute_reply", content, parent=kernel.get_parent())
        except Exception:
            break
