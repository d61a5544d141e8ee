"""f(event): a JSON document in, a JSON document or a stream out."""

import json
from collections.abc import Awaitable, Callable

from .eventloop import EventLoop
from .exchange import Exchange
from .failures import Rejected

_PLAIN = frozenset({dict, list, str, int, float, bool, type(None), tuple})
_HEAD_KEYS = {"status", "headers"}

_encode = json.JSONEncoder(allow_nan=False).encode


class Function:
    """Answers requests by calling a function.

    :param call: takes the event and the exchange; returns the result, an awaitable or an iterator
    """

    def __init__(self, call: Callable, loop: EventLoop):
        self._call = call
        self._loop = loop

    def answer(self, exchange: Exchange) -> None:
        result = self._call(_event(exchange.whole_body()), exchange)
        if type(result) in _PLAIN:
            exchange.answer_json(_document(result))
        elif hasattr(result, "__await__"):
            exchange.answer_json(_document(self._loop.run(exchange, _awaited(result))))
        elif hasattr(result, "__anext__"):
            self._loop.run(exchange, _stream_async(exchange, result))
        elif hasattr(result, "__next__"):
            _stream(exchange, result)
        else:
            exchange.answer_json(_document(result))


def _event(body: bytes) -> object:
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as reason:
        raise Rejected(
            "InvalidEvent",
            f"the request's body is not JSON: {reason}; send a JSON document, or no body for {{}}",
        ) from None


def _document(result: object) -> bytes:
    try:
        return _encode(result).encode()
    except (TypeError, ValueError) as reason:
        kind = TypeError if isinstance(reason, TypeError) else ValueError
        raise kind(
            f"the function gave a {type(result).__name__} that JSON cannot express: {reason}"
        ) from None


def _stream(exchange: Exchange, pieces) -> None:
    try:
        for piece in pieces:
            exchange.notice()
            exchange.send(_piece(exchange, piece))
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    _end_of_stream(exchange)
    exchange.send(b"", end=True)


async def _stream_async(exchange: Exchange, pieces) -> None:
    try:
        async for piece in pieces:
            await exchange.send_async(_piece(exchange, piece))
    finally:
        if hasattr(pieces, "aclose"):
            await pieces.aclose()
    _end_of_stream(exchange)
    await exchange.send_async(b"", end=True)


async def _awaited(result: Awaitable) -> object:
    return await result


def _piece(exchange: Exchange, piece: object) -> bytes:
    """A yielded piece as bytes. The first makes the head, or is it: then there are none."""
    first = exchange.is_headless()
    if first and isinstance(piece, dict) and piece and piece.keys() <= _HEAD_KEYS:
        headers = piece.get("headers", {})
        pairs = headers.items() if isinstance(headers, dict) else headers
        exchange.begin(piece.get("status", 200), [[str(n), str(v)] for n, v in pairs])
        return b""
    if isinstance(piece, str):
        kind, data = "text/plain; charset=utf-8", piece.encode("utf-8", "backslashreplace")
    elif isinstance(piece, (bytes, bytearray, memoryview)):
        kind, data = "application/octet-stream", bytes(piece)
    else:
        kind, data = "application/x-ndjson", _document(piece) + b"\n"
    if first:
        exchange.begin(200, [["content-type", kind]])
    return data


def _end_of_stream(exchange: Exchange) -> None:
    if exchange.is_headless():
        exchange.begin(200, [["content-type", "text/plain; charset=utf-8"]])
