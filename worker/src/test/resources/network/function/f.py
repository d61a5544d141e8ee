"""Tries to reach things, and says how far it came."""

import errno
import socket
import threading


def tcp(event):
    family = socket.AF_INET6 if ":" in event["host"] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(1)
        scope = (0, socket.if_nametoindex("eth0")) if family == socket.AF_INET6 else ()
        s.connect((event["host"], event["port"], *scope))
        return s.recv(200).decode()


def udp(event):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        s.connect((event["host"], event["port"]))
        s.send(event["text"].encode())
        return s.recv(2048).decode()


def name(event):
    return socket.gethostbyname(event["host"])


def interfaces(event):
    return " ".join(sorted(name for _, name in socket.if_nameindex()))


def address(event):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("203.0.113.1", 9))
        return s.getsockname()[0]


def listen(event):
    listener = socket.create_server(("0.0.0.0", event["port"]))

    def serve():
        while True:
            connection, _ = listener.accept()
            connection.sendall(b"hello from a sandbox")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return "listening"


def f(event):
    try:
        return "reached: " + globals()[event["do"]](event)
    except socket.gaierror as e:
        return "refused: " + e.strerror
    except TimeoutError:
        return "refused: no answer"
    except OSError as e:
        return "refused: " + errno.errorcode.get(e.errno, str(e))
