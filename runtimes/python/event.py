"""Handlers that take an event and return a value: `f(event)` and AWS's `(event, context)`."""

import inspect
import json

from exchange import Cancelled

TEXT = "text/plain; charset=utf-8"


class InvalidEvent(ValueError):
    """The request's body is not JSON: the caller's fault, not the handler's."""


class EventHandler:
    """Calls a function with the event, and answers what it returns or yields."""

    def __init__(self, call, loop):
        self.call = call  # (event, exchange) -> result
        self.loop = loop  # () -> Loop

    def serve(self, exchange):
        result = self.call(event_of(exchange), exchange)
        if inspect.isgenerator(result):
            stream(exchange, result)
        elif inspect.isasyncgen(result):
            self.loop().run_for(exchange, lambda waiter: stream_async(waiter, result))
        else:
            if inspect.isawaitable(result):
                result = self.loop().run_for(exchange, lambda _: ensure(result))
            exchange.answer_json(to_json(result))


def to_json(value):
    try:
        return json.dumps(value, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        text = f"the handler returned what JSON cannot hold: {error}"
    raise TypeError(text)


async def ensure(awaitable):
    return await awaitable


def event_of(exchange):
    body = exchange.read_all()
    if not body:
        return {}
    try:
        return json.loads(body)
    except ValueError as error:  # also bytes that are no UTF-8
        raise InvalidEvent(f"the request's body is not JSON: {error}") from None


def head_of(first):
    """The head of a streamed answer: a first dict with `status` or `headers` is one."""
    if isinstance(first, dict) and first and first.keys() <= {"status", "headers"}:
        headers = [(str(k).lower(), str(v)) for k, v in dict(first.get("headers") or {}).items()]
        if not any(name == "content-type" for name, _ in headers):
            headers.append(("content-type", TEXT))
        return int(first.get("status", 200)), headers, True
    return 200, [("content-type", TEXT)], False


def encode(piece):
    if isinstance(piece, str):
        return piece.encode()
    if isinstance(piece, (bytes, bytearray, memoryview)):
        return bytes(piece)
    return to_json(piece) + b"\n"


def stream(exchange, generator):
    """Sends each piece as it is yielded; closes the generator when nobody wants more (R8)."""
    try:
        for piece in generator:
            if not exchange.begun:
                status, headers, was_head = head_of(piece)
                exchange.start(status, headers)
                if was_head:
                    continue
            exchange.write(encode(piece))
    except Cancelled:
        pass
    finally:
        generator.close()
    if not exchange.begun:
        exchange.start(200, [("content-type", TEXT)], end=True)
    exchange.finish()


async def stream_async(waiter, generator):
    exchange = waiter.exchange
    try:
        while not exchange.cancelled:
            piece = await next_or_cancelled(waiter, generator)
            if not exchange.begun:
                status, headers, was_head = head_of(piece)
                exchange.start(status, headers)
                if was_head:
                    continue
            await waiter.write(encode(piece))
    except (Cancelled, StopAsyncIteration):
        pass
    finally:
        await generator.aclose()
    if not exchange.begun:
        exchange.start(200, [("content-type", TEXT)], end=True)
    exchange.finish()


async def next_or_cancelled(waiter, generator):
    """The generator's next piece; Cancelled is raised in it if the caller goes away meanwhile."""
    import asyncio

    step = asyncio.ensure_future(ensure(anext(generator)))
    gone = asyncio.ensure_future(waiter.until(lambda: waiter.exchange.cancelled))
    try:
        await asyncio.wait((step, gone), return_when=asyncio.FIRST_COMPLETED)
        if not step.done():
            step.cancel()
            await asyncio.wait((step,))
            raise Cancelled
        return step.result()
    finally:
        gone.cancel()
