"""What a worker may send to this runtime, for any bytes.

Byte 0 of an input chooses the handler, byte 1 into what pieces the rest, which is on the wire, is
cut. Whatever it is, the runtime ends as it promises (status 0 at the end of the link, 70 with one
sentence after a breach), nothing else escapes, and what it says itself keeps `runtimes/PROTOCOL.md`.
"""

import asyncio
import io
import json
import logging
import os
import socket
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from openlambda_runtime import exchange, link, loader, serve  # noqa: E402
from openlambda_runtime.asgi import Asgi  # noqa: E402
from openlambda_runtime.failures import Rejected  # noqa: E402
from openlambda_runtime.function import Function  # noqa: E402
from openlambda_runtime.wsgi import Wsgi  # noqa: E402

HEADER = struct.Struct(">IBBHI")
ANSWER, ANSWER_BODY, BODY_CREDIT, FAILED = 18, 19, 20, 21
WINDOW = 262_144
END_OF_LINK, BREACH = 0, 70
SENTENCE = "the worker broke the protocol: "


class Ended(KeyboardInterrupt):
    """The end of the process; of the one kind that neither asyncio nor a handler holds up."""


class Process:
    """Stands for the process that the runtime would end."""

    status: int | None = None

    def exit(self, status):
        if self.status is None:
            self.status = status
        raise Ended()


class Wire:
    """A connected socket whose worker has said all that it says, and takes everything."""

    def __init__(self, data: bytes, piece: int, process: Process):
        self._data = data
        self._at = 0
        self._piece = piece or len(data) + 1
        self._process = process
        self.sent = bytearray()
        # For the event loop, which asks the kernel: always readable, as an ended socket is.
        self._ours, theirs = socket.socketpair()
        theirs.close()

    def fileno(self):
        return self._ours.fileno()

    def recv_into(self, view, _count, _flags):
        piece = self._data[self._at : self._at + min(self._piece, len(view))]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def sendall(self, frame):
        if self._process.status is not None:
            raise Ended()
        self.sent += frame

    def close(self):
        self._ours.close()


def _stream(event, _):
    yield {"status": 201, "headers": {"a": "b"}}
    yield "text"
    yield json.dumps(event).encode()


async def _coroutine(event, _):
    await asyncio.sleep(0)
    return event


async def _stream_async(event, _):
    for number in range(3):
        yield {"n": number, "event": event}


def _large(event, _):
    yield b"x" * 200_000
    yield b"y" * 200_000


def _wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield environ["wsgi.input"].read(10)
    yield environ["wsgi.input"].readline()


async def _asgi(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("no lifespan")
    event = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": event.get("body", b"")})


HANDLERS = (
    lambda loop: Function(lambda event, _: event, loop).answer,
    lambda loop: Function(_stream, loop).answer,
    lambda loop: Function(_coroutine, loop).answer,
    lambda loop: Function(_stream_async, loop).answer,
    lambda loop: Function(_large, loop).answer,
    lambda loop: Wsgi(_wsgi).answer,
    lambda loop: Asgi(_asgi, loop).answer,
    lambda loop: Function(lambda event, _: 1 / 0, loop).answer,
)


def _rejects(*_):
    raise Rejected("MissingEntry", "there is no code here")


def play(data: bytes) -> None:
    """Plays one input.

    :raises AssertionError: if something did not hold; anything else that is raised did not either
    """
    if len(data) < 2:
        return
    process, words = Process(), io.StringIO()
    wire = Wire(data[2:], data[1] * 8, process)
    kept = os._exit, sys.stderr, sys.stdout, serve.load
    os._exit, sys.stderr, sys.stdout, serve.load = process.exit, words, io.StringIO(), _rejects
    server = serve.Server(link.Link(wire))
    logging.disable()  # asyncio's, of tasks that the end of a process takes along
    try:
        if data[0] < 0x80:
            server.play(HANDLERS[data[0] % len(HANDLERS)])
        while process.status is None:
            server.step()
    except Ended:
        pass  # as it should
    finally:
        os._exit, sys.stderr, sys.stdout, serve.load = kept
        server.close()
        wire.close()
    _judge(process.status, words.getvalue(), bytes(wire.sent), data)


def _judge(status, words, sent, data):
    assert status in (END_OF_LINK, BREACH), f"ended with {status}: {words}"
    if status == BREACH:
        sentences = [line for line in words.splitlines() if line.startswith(SENTENCE)]
        assert sentences and len(sentences[0]) < 400, words
    open_streams, ended, body = set(), set(), {}
    at = 0
    while at < len(sent):
        length, kind, flags, reserved, stream = HEADER.unpack_from(sent, at)
        payload = sent[at + HEADER.size : at + HEADER.size + length]
        at += HEADER.size + length
        assert length <= 65_536 and flags <= 1 and reserved == 0 and len(payload) == length
        assert stream not in ended, f"a frame of type {kind} after the end of stream {stream}"
        if kind == ANSWER:
            assert stream not in open_streams, "a second ANSWER"
            open_streams.add(stream)
            payload = payload[4 + struct.unpack_from(">I", payload)[0] :]
        elif kind == ANSWER_BODY:
            assert stream in open_streams, "BODY before ANSWER"
        elif kind == FAILED:
            assert flags == 1 and json.loads(payload)["phase"] in ("load", "call")
        else:
            assert kind == BODY_CREDIT and length == 4 and flags == 0, f"type {kind}"
        if kind in (ANSWER, ANSWER_BODY):
            body[stream] = body.get(stream, 0) + len(payload)
            # Every CREDIT there can be: one of 16 bytes adds 2**32 - 1.
            assert body[stream] <= WINDOW + len(data) // 16 * 0xFFFF_FFFF
        if flags:
            ended.add(stream)


def main():
    """The coverage-guided form: the arguments are libFuzzer's."""
    import atheris

    for function in (
        *(getattr(link.Link, name) for name in ("receive", "poll", "buffered", "_fill", "send")),
    ):
        setattr(link.Link, function.__name__, atheris.instrument_func(function))
    for owner in (exchange.Exchange, serve.Server, loader.Specialisation):
        for name, member in list(vars(owner).items()):
            if callable(member) and not name.startswith("__"):
                setattr(owner, name, atheris.instrument_func(member))
    atheris.Setup(sys.argv, play)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
