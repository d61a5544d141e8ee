"""The limit for large bodies: a bare loop on a Unix socket that sends back what it got, once it has all of it.

argv: socket path. A process per connection, as a sandbox is; no isolation."""
import os
import socket
import sys

TYPE = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(512)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    if os.fork():
        connection.close()
        continue
    listener.close()
    while request := connection.recv(262144):
        head, _, body = request.partition(b"\r\n\r\n")
        length = int(head[head.lower().index(b"content-length:") + 15:].split(b"\r\n", 1)[0])
        whole = bytearray(length)
        view = memoryview(whole)
        view[:len(body)] = body
        at = len(body)
        while at < length:
            at += connection.recv_into(view[at:])
        if length < 16384:
            connection.sendall(TYPE % length + whole)
        else:
            connection.sendall(TYPE % length)
            connection.sendall(view)
    os._exit(0)
