"""WSGI applications (PEP 3333)."""

import sys
from urllib.parse import unquote_to_bytes

from exchange import Cancelled

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"}


class WsgiHandler:
    def __init__(self, app):
        self.app = app

    def serve(self, exchange):
        Answer(exchange).run(self.app)


class Answer:
    """One call of an application."""

    def __init__(self, exchange):
        self.exchange = exchange
        self.head = None  # (status, headers), as start_response said last
        self.length = None  # Content-Length, if the application says one
        self.sent = 0

    def run(self, app):
        result = app(environ(self.exchange), self.start_response)
        try:
            if isinstance(result, (list, tuple)) and not self.exchange.begun:
                self.send(b"".join(result), last=True)
            else:
                for piece in result:
                    if piece:
                        self.send(piece)
            if not self.exchange.begun:
                self.send(b"", last=True)
            self.exchange.finish()
        except Cancelled:
            self.exchange.finish()
        finally:
            if hasattr(result, "close"):
                result.close()

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.exchange.begun:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.head is not None:
            raise AssertionError("start_response was called a second time without exc_info")
        code = int(status.split(" ", 1)[0])
        self.head = code, [(n, v) for n, v in headers if n.lower() not in HOP_BY_HOP]
        lengths = [v for n, v in headers if n.lower() == "content-length"]
        self.length = int(lengths[-1]) if lengths else None
        return self.send

    def send(self, data, last=False):
        """Sends a piece at once; with the last byte of a declared length the answer ends."""
        if self.head is None:
            raise AssertionError("data was written before start_response was called")
        exchange = self.exchange
        if exchange.ended:
            if data:
                raise AssertionError("more data than the Content-Length that was declared")
            return
        self.sent += len(data)
        last = last or (self.length is not None and self.sent >= self.length)
        if not exchange.begun:
            data = exchange.start(*self.head, data, end=last)
        if len(data):
            exchange.write(data)
        if last:
            exchange.finish()


def environ(exchange):
    head = exchange.head
    env = {
        "REQUEST_METHOD": head["method"],
        "SCRIPT_NAME": decode(head["mount"]),
        "PATH_INFO": decode(head["path"]),
        "QUERY_STRING": head["query"],
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if head["scheme"] == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": head["peer"].rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": head["scheme"],
        "wsgi.input": Input(exchange),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,  # read() ends with the body, no Content-Length needed
        "openlambda.request_id": head["id"],
    }
    for name, value in head["headers"]:
        add_field(env, name.lower(), value)
    return env


def add_field(env, name, value):
    if name == "host":
        host, colon, port = value.rpartition(":")
        if colon and port.isdigit():
            env["SERVER_NAME"], env["SERVER_PORT"] = host, port
        else:
            env["SERVER_NAME"] = value
    if "_" in name:  # would be mistaken for the same name with a dash
        return
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = "HTTP_" + key
    separator = "; " if key == "HTTP_COOKIE" else ","
    env[key] = f"{env[key]}{separator}{value}" if key in env else value


def decode(path):
    """Percent-decoded bytes as PEP 3333 wants them: a character for each byte."""
    return unquote_to_bytes(path).decode("latin-1")


class Input:
    """wsgi.input: reads the body as it arrives."""

    def __init__(self, exchange):
        self.exchange = exchange
        self.buffer = bytearray()

    def fill(self):
        """Takes in one more piece; false at the end."""
        piece = self.exchange.read_piece()
        self.buffer += piece
        return bool(piece)

    def take(self, count):
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def read(self, size=-1):
        if size is None or size < 0:
            while self.fill():
                pass
            return self.take(len(self.buffer))
        while len(self.buffer) < size and self.fill():
            pass
        return self.take(size)

    def readline(self, size=-1):
        limit = float("inf") if size is None or size < 0 else size
        start = 0
        while True:
            end = self.buffer.find(b"\n", start)
            if end >= 0:
                return self.take(int(min(end + 1, limit)))
            if len(self.buffer) >= limit:
                return self.take(int(limit))
            start = len(self.buffer)
            if not self.fill():
                return self.take(len(self.buffer))

    def readlines(self, hint=-1):
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self):
        return iter(self.readline, b"")
