"""Opens a port for somebody to connect to.

Safe: contained
Control: bites
"""

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
breach("listening")
