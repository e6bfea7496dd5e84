"""Takes the kernel's socket files away and listens there itself, with messages of its own.

Safe: earns nothing
Control: none, because a checker in the same process has no channels
"""

import json
import threading

import zmq

place = os.environ["GRADER_SOCK"]
context, servers = zmq.Context(), []
for number, kind in ((1, zmq.ROUTER), (2, zmq.PUB)):
    try:
        os.unlink(f"{place}/k-{number}")
    except OSError:
        pass
    os.chdir(place)
    server = context.socket(kind)
    server.bind(f"ipc://k-{number}")
    servers.append(server)
os.chdir(os.environ["GRADER_WORK"])
idle = [
    json.dumps(part).encode()
    for part in ({"msg_type": "status"}, {}, {}, {"execution_state": "idle"})
]


def publish():
    for _ in range(2000):
        servers[1].send_multipart([b"status", b"<IDS|MSG>", b"", *idle])


threading.Thread(target=publish, daemon=True).start()
