"""WSGI applications, by PEP 3333."""

import io
import sys
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from .exchange import Exchange


class Wsgi:
    """Answers requests by calling a WSGI application."""

    def __init__(self, app: Callable):
        self._app = app

    def answer(self, exchange: Exchange) -> None:
        response = _Response(exchange)
        pieces = self._app(environ(exchange), response.start)
        try:
            response.whole = _is_whole(pieces)
            for piece in pieces:
                response.add(piece)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        response.end()


def _is_whole(pieces) -> bool:
    """Whether every piece is there, or the only one comes at once (PEP 3333 on `len(iterable)`)."""
    return type(pieces) in (list, tuple) or (hasattr(pieces, "__len__") and len(pieces) == 1)


class _Response:
    """The answer from start_response() to the last piece."""

    def __init__(self, exchange: Exchange):
        self._exchange = exchange
        self._status_and_headers: tuple[str, list] | None = None
        self._held: list[bytes] = []
        self._left: int | None = None  # bytes of the Content-Length that are not sent yet
        self.whole = False  # every piece is known: they can go in one frame

    def start(self, status: str, headers: list, exc_info=None) -> Callable[[bytes], None]:
        """The start_response() of PEP 3333."""
        if exc_info:
            try:
                if self._exchange.started:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # a reference cycle otherwise
        elif not self._exchange.is_headless():
            raise AssertionError(
                "start_response() was called before; only exc_info allows that again"
            )
        self._exchange.begin(_code(status), [[name, value] for name, value in headers])
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        self._left = int(lengths[0]) if lengths and lengths[0].isdecimal() else None
        return self.write

    def write(self, piece: bytes) -> None:
        """The write() of PEP 3333: sends at once; the last byte of a Content-Length is the end."""
        self._exchange.notice()
        if self._left is not None:
            self._left -= len(piece)
        self._exchange.send(piece, end=self._left is not None and self._left <= 0)

    def add(self, piece: bytes) -> None:
        if self._exchange.is_headless():
            raise AssertionError("the application gave a piece before it called start_response()")
        if not isinstance(piece, bytes):
            raise TypeError(f"a WSGI application gives bytes, not {type(piece).__name__}")
        if self.whole:
            self._held.append(piece)
        elif piece and not self._exchange.ended:
            self.write(piece)

    def end(self) -> None:
        if self._exchange.is_headless():
            raise AssertionError("the application ended without calling start_response()")
        if not self._exchange.ended:
            self._exchange.send(b"".join(self._held), end=True)


class _Body(io.RawIOBase):
    """The request's body while it arrives."""

    def __init__(self, exchange: Exchange):
        self._exchange = exchange
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        if not self._rest:
            self._rest = memoryview(self._exchange.next_piece())
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def environ(exchange: Exchange) -> dict[str, object]:
    """The request as PEP 3333 and CGI name it."""
    head = exchange.head()
    values = {
        "REQUEST_METHOD": head["method"],
        "SCRIPT_NAME": _decoded(head["mount"]),
        "PATH_INFO": _decoded(head["path"]),
        "QUERY_STRING": head["query"],
        "REQUEST_URI": head["mount"] + head["path"] + (head["query"] and "?" + head["query"]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": head["scheme"],
        "wsgi.input": _input(exchange),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "openlambda.request_id": head["id"],
    }
    values["REMOTE_ADDR"], values["REMOTE_PORT"] = split_address(head["peer"], "0")
    for name, value in head["headers"]:
        # X_Y and X-Y would be one variable; nobody who means well sends the first.
        if "_" not in name:
            _put_header(values, name.upper().replace("-", "_"), value)
    port = "443" if head["scheme"] == "https" else "80"
    host = values.get("HTTP_HOST", "localhost")
    values["SERVER_NAME"], values["SERVER_PORT"] = split_address(host, port)
    return values


def _put_header(values: dict[str, object], name: str, value: str) -> None:
    key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + name
    before = values.get(key)
    if before is None:
        values[key] = value
    else:
        values[key] = f"{before}{'; ' if name == 'COOKIE' else ', '}{value}"


def split_address(address: str, port: str) -> tuple[str, str]:
    """Host and port of `host`, `host:port` or `[host]:port`; `port` if it has none."""
    host, colon, own = address.rpartition(":")
    if not colon or not own.isdigit() or (":" in host and not host.endswith("]")):
        host, own = address, port
    return host.removeprefix("[").removesuffix("]"), own


def _input(exchange: Exchange) -> io.BufferedIOBase:
    if exchange.received_all:
        return io.BytesIO(exchange.whole_body())
    return io.BufferedReader(_Body(exchange))


def _decoded(path: str) -> str:
    return unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("latin-1")


def _code(status: str) -> int:
    number = status[:3]
    if len(status) < 3 or not number.isdecimal() or status[3:4] not in ("", " "):
        raise ValueError(f"status {status!r} is not of the form '200 OK'")
    return int(number)
