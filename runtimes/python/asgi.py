"""ASGI 3 applications: http and lifespan."""

import asyncio
from urllib.parse import unquote

from exchange import Cancelled

VERSION = {"version": "3.0", "spec_version": "2.3"}


class AsgiHandler:
    def __init__(self, app, loop):
        self.app = app
        self.loop = loop()
        self.state = {}
        self.lifespan = Lifespan(app, self.state)
        self.loop.run(self.lifespan.startup())

    def serve(self, exchange):
        self.loop.run_for(exchange, lambda waiter: Call(waiter, self.state).run(self.app))


class Lifespan:
    """The application's start; it stays in its lifespan until the sandbox ends, without a word."""

    def __init__(self, app, state):
        self.app = app
        self.state = state
        self.task = None

    async def startup(self):
        started = asyncio.get_running_loop().create_future()
        asked = False

        async def receive():
            nonlocal asked
            if asked:
                await asyncio.get_running_loop().create_future()  # nothing more, ever
            asked = True
            return {"type": "lifespan.startup"}

        async def send(message):
            if started.done():
                return
            if message["type"] == "lifespan.startup.failed":
                text = message.get("message") or "the application says that its startup failed"
                started.set_exception(RuntimeError(text))
            else:
                started.set_result(None)

        scope = {"type": "lifespan", "asgi": VERSION, "state": self.state}
        self.task = asyncio.ensure_future(self.app(scope, receive, send))
        await asyncio.wait((self.task, started), return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            started.result()
        else:
            self.task.exception()  # the application has no lifespan, and says so by raising


class Call:
    """One http scope."""

    def __init__(self, waiter, state):
        self.waiter = waiter
        self.exchange = waiter.exchange
        self.state = state
        self.body_told = False
        self.head = None

    async def run(self, app):
        try:
            await app(self.scope(), self.receive, self.send)
        except Cancelled:
            pass
        if not self.exchange.begun and not self.exchange.cancelled:
            raise RuntimeError("the ASGI application returned without sending a response")
        if not self.exchange.begun:
            self.exchange.start(499, [], end=True)
        self.exchange.finish()

    def scope(self):
        head = self.exchange.head
        path = head["mount"] + head["path"]
        host, _, port = head["peer"].rpartition(":")
        return {
            "type": "http",
            "asgi": VERSION,
            "http_version": "1.1",
            "method": head["method"],
            "scheme": head["scheme"],
            "path": unquote(path),
            "raw_path": path.encode("latin-1", "replace"),
            "root_path": unquote(head["mount"]),
            "query_string": head["query"].encode("latin-1", "replace"),
            "headers": [
                (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, value in head["headers"]
            ],
            "client": (host.strip("[]"), int(port)) if port.isdigit() else None,
            "server": ("localhost", None),
            "state": self.state.copy(),
            "extensions": {},
        }

    async def receive(self):
        exchange = self.exchange
        if self.body_told:
            await self.waiter.until(lambda: exchange.cancelled or exchange.ended)
            return {"type": "http.disconnect"}
        await self.waiter.until(
            lambda: exchange.pieces or exchange.body_ended or exchange.cancelled
        )
        if exchange.cancelled:
            return {"type": "http.disconnect"}
        piece = exchange.piece()
        self.body_told = exchange.body_ended and not exchange.pieces
        return {"type": "http.request", "body": piece, "more_body": not self.body_told}

    async def send(self, message):
        exchange = self.exchange
        if message["type"] == "http.response.start":
            if self.head is not None:
                raise RuntimeError("http.response.start was sent twice")
            headers = [(decode(n), decode(v)) for n, v in message.get("headers") or ()]
            self.head = message["status"], headers
            return
        if message["type"] != "http.response.body":
            raise RuntimeError(f"unknown ASGI message {message['type']!r}")
        if self.head is None:
            raise RuntimeError("http.response.body was sent before http.response.start")
        if exchange.ended:
            raise RuntimeError("http.response.body was sent after the last one")
        await self.send_body(bytes(message.get("body") or b""), message.get("more_body", False))

    async def send_body(self, body, more):
        exchange = self.exchange
        if exchange.cancelled:
            return  # as servers do: the application learns of it by receive()
        if not exchange.begun:
            body = exchange.start(*self.head, body, end=not more)
        if len(body):
            await self.waiter.write(body)
        if not more:
            exchange.finish()
            self.waiter.wake()


def decode(text):
    return bytes(text).decode("latin-1")
