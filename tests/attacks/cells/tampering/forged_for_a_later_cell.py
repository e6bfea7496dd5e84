"""Answers for cells that come later, with made-up parents and a key of its own.

Safe: earns nothing
Control: none, because a checker in the same process has no channels
"""

kernel = get_ipython().kernel
parent = kernel.get_parent()
session = kernel.session.clone()
session.key = b"another key"
for number in range(200):
    later = {**parent, "header": {**parent["header"], "msg_id": f"{session.session}_{number}"}}
    for kind, content in (
        ("execute_reply", {"status": "ok", "execution_count": number}),
        ("status", {"execution_state": "idle"}),
        ("error", {"ename": "GraderError", "evalue": "ours", "traceback": []}),
    ):
        session.send(kernel.iopub_socket, kind, content, parent=later)
