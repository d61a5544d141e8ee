"""What answers in a test's private networks: `services.py PORT` serves until its input ends.

TCP at PORT, both versions of IP: says who is there and who called. With PORT 80, the internet, also
UDP at 53, a name server that knows one address, and at 9999, which tells everything it was ever
sent; otherwise, the host, the latter at 53."""

import socket
import struct
import sys
import threading

KNOWN = "203.0.113.1"


def tcp(port):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)

    def serve():
        while True:
            connection, peer = listener.accept()
            here = connection.getsockname()[0].removeprefix("::ffff:")
            there = peer[0].removeprefix("::ffff:")
            try:
                connection.sendall(f"hello from {here} to {there}".encode())
            except OSError:
                pass
            connection.close()

    threading.Thread(target=serve, daemon=True).start()


def udp(address, port, answer):
    endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    endpoint.bind((address, port))

    def serve():
        while True:
            question, peer = endpoint.recvfrom(2048)
            try:
                endpoint.sendto(answer(question), peer)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()


def resolve(question):
    end = 12
    while question[end]:
        end += question[end] + 1
    end += 5
    is_address = question[end - 4 : end - 2] == b"\0\1"
    head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, int(is_address), 0, 0)
    record = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(KNOWN)
    return head + question[12:end] + (record if is_address else b"")


received = []


def remember(text):
    received.append(text)
    return b" ".join(received)


port = int(sys.argv[1])
tcp(port)
if port == 80:
    for resolver in "203.0.113.1", "10.53.0.1":
        udp(resolver, 53, resolve)
    udp("203.0.113.1", 9999, remember)
else:
    udp("203.0.113.2", 53, remember)
print("ready", flush=True)
sys.stdin.read()
