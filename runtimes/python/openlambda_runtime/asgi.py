"""ASGI 3 applications: http and lifespan.

https://asgi.readthedocs.io/en/latest/specs/www.html, spec version 2.4. `path` has the mount in
front, and `root_path` is the mount, as that page says (and as uvicorn does).
"""

import asyncio
from collections.abc import Callable
from urllib.parse import unquote

from .eventloop import EventLoop
from .exchange import Exchange
from .failures import Rejected
from .wsgi import split_address

_VERSIONS = {"version": "3.0", "spec_version": "2.4"}
_PATIENCE_SECONDS = 0.4  # with an application that was told of the disconnect
_HELD_MAX = 32_768


class Asgi:
    """Answers requests by running an ASGI application in the sandbox's event loop."""

    def __init__(self, app: Callable, loop: EventLoop):
        self._app = app
        self._loop = loop
        self._lifespan: _Lifespan | None = None

    def start(self, exchange: Exchange) -> "Asgi":
        """Runs the application's startup, if it has one, while the first request waits."""
        self._lifespan = _Lifespan()
        self._loop.run(exchange, self._lifespan.start(self._app), None)
        return self

    def answer(self, exchange: Exchange) -> None:
        call = _Call(exchange)
        scope = _scope(exchange.head()) | {"state": self._lifespan.state.copy()}
        self._loop.run(exchange, call.run(self._app, scope), _PATIENCE_SECONDS)


class _Call:
    """receive() and send() of one request."""

    def __init__(self, exchange: Exchange):
        self._exchange = exchange
        self._body_given = False
        self._complete = False  # the application has sent its last piece
        self._held = b""
        self._release: asyncio.Handle | None = None

    async def run(self, app: Callable, scope: dict) -> None:
        await app(scope, self.receive, self.send)
        if not self._complete:
            raise Rejected(
                "IncompleteAnswer",
                "the ASGI application returned before it sent the last piece of its answer",
            )
        held = self._take_held()
        await self._exchange.send_async(held, end=True)

    async def receive(self) -> dict:
        exchange = self._exchange
        while not self._body_given:
            if (piece := exchange.piece_at_hand()) is not None:
                self._body_given = exchange.received_all and not exchange.has_pieces()
                return {"type": "http.request", "body": piece, "more_body": not self._body_given}
            if exchange.cancelled:
                break
            await exchange.change()
        while not exchange.cancelled and not self._complete:
            await exchange.change()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        match message["type"]:
            case "http.response.start":
                if not self._exchange.is_headless():
                    raise RuntimeError("http.response.start was sent before")
                headers = [
                    [bytes(name).decode("latin-1"), bytes(value).decode("latin-1")]
                    for name, value in message.get("headers", ())
                ]
                self._exchange.begin(message["status"], headers)
            case "http.response.body":
                await self._send_body(message.get("body", b""), message.get("more_body", False))
            case other:
                raise RuntimeError(f"an http application cannot send {other!r}")

    async def _send_body(self, body: bytes, more: bool) -> None:
        if self._exchange.is_headless():
            raise RuntimeError("http.response.body was sent before http.response.start")
        if self._complete:
            raise RuntimeError("http.response.body was sent after the last piece")
        self._exchange.check()
        if more or len(body) > _HELD_MAX or not self._exchange.has_room(len(body)):
            await self._exchange.send_async(body)
            body = b""
        if not more:
            self._complete = True
            self._exchange.wake()
            self._hold(body)

    def _hold(self, body: bytes) -> None:
        """Keeps the last piece for the frame with END, if that comes at once.

        The stream ends when the application returns. One that goes on to do something else first
        (a background task) does not keep its caller waiting: the piece goes when it next suspends.
        """
        self._held = body
        self._release = asyncio.get_running_loop().call_soon(self._send_held)

    def _send_held(self) -> None:
        self._release = None
        body = self._take_held()
        if not self._exchange.cancelled and (body or not self._exchange.started):
            self._exchange.send(body)

    def _take_held(self) -> bytes:
        if self._release is not None:
            self._release.cancel()
        body, self._held = self._held, b""
        return body


class _Lifespan:
    """The application's startup. Its shutdown never comes: sandboxes are killed."""

    def __init__(self):
        self.state: dict = {}
        self._task: asyncio.Task | None = None  # waits for the shutdown from request to request
        self._started: asyncio.Future | None = None
        self._asked = False

    async def start(self, app: Callable) -> None:
        """Returns when the application has started, or turns out to have no lifespan protocol.

        :raises Rejected: if it says that it failed to start
        """
        self._started = asyncio.get_running_loop().create_future()
        scope = {"type": "lifespan", "asgi": _VERSIONS, "state": self.state}
        self._task = asyncio.ensure_future(app(scope, self._receive, self._send))
        await asyncio.wait((self._task, self._started), return_when=asyncio.FIRST_COMPLETED)
        if self._started.done():
            self._started.result()
        elif not self._task.cancelled():
            self._task.exception()  # how applications without lifespan decline it; not worth a log

    async def _receive(self) -> dict:
        if self._asked:
            await asyncio.get_running_loop().create_future()
        self._asked = True
        return {"type": "lifespan.startup"}

    async def _send(self, message: dict) -> None:
        if self._started.done():
            return
        if message["type"] == "lifespan.startup.complete":
            self._started.set_result(None)
        elif message["type"] == "lifespan.startup.failed":
            reason = message.get("message") or "the application's startup failed"
            self._started.set_exception(Rejected("StartupFailed", reason))


def _scope(head: dict) -> dict:
    path = head["mount"] + head["path"]
    headers = [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in head["headers"]
    ]
    host = next(
        (value.decode("latin-1") for name, value in headers if name == b"host"), "localhost"
    )
    client, client_port = split_address(head["peer"], "0")
    server, server_port = split_address(host, "443" if head["scheme"] == "https" else "80")
    return {
        "type": "http",
        "asgi": _VERSIONS,
        "http_version": "1.1",
        "method": head["method"].upper(),
        "scheme": head["scheme"],
        "path": unquote(path),
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "root_path": unquote(head["mount"]),
        "query_string": head["query"].encode("utf-8", "surrogatepass"),
        "headers": headers,
        "client": (client, int(client_port)),
        "server": (server, int(server_port)),
        "openlambda.request_id": head["id"],
    }
