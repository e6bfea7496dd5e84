"""Replaces the kernel's handler: every request is answered with "ok" and never run.

Safe: earns nothing
Run: timeout, died, finished, student_error
Control: none, because a checker in the same process has no kernel
"""

kernel = get_ipython().kernel


async def nothing(*args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


kernel.do_execute = nothing
