"""Requests that nobody sent: what they touch is warm when the first real one comes.

In the zygote they let CPython specialise the runtime's bytecode, which every sandbox inherits; in a
new sandbox they make the copies of memory pages that its first request would otherwise wait for.
"""

import asyncio
import json
import logging
import os
import socket
import sys
import time

from .exchange import Exchange
from .frames import FRAME_MAX, HEADER, REQUEST, SPECIALISE, U32
from .function import Function
from .link import Link
from .serve import Server
from .wsgi import Wsgi

_HEAD = json.dumps(
    {
        "id": "rehearsal",
        "method": "POST",
        "mount": "/run/rehearsal",
        "path": "/",
        "query": "",
        "headers": [["host", "localhost"], ["content-type", "application/json"]],
        "scheme": "http",
        "peer": "127.0.0.1:1",
        "deadline_ms": 1000,
    }
).encode()
_PAYLOAD = (
    U32.pack(len(_HEAD)) + _HEAD + b'{"name": "rehearsal", "numbers": [1, 2.5], "none": null}'
)


_BUNDLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rehearsed")
_ENVIRONMENT = {f"OL_REHEARSAL_{n}": 40 * "x" for n in range(12)} | {"TZ": ":UTC"}


def _specialisation(entry: dict) -> bytes:
    return json.dumps(
        {
            "function": "rehearsal",
            "version": "1",
            "bundle": _BUNDLE,
            "entry": entry,
            "environment": _ENVIRONMENT,
            "memory_bytes": 134217728,
            "timeout_ms": 1000,
        }
    ).encode()


# What is asked for first, and the module that it imports. The second touches nearly all of what the
# first does.
_PLAIN = (_specialisation({"kind": "openlambda"}), "f")
_AWS = (_specialisation({"kind": "handler", "handler": "rehearsed.handle"}), "rehearsed")


def _echo(event: object, _: Exchange) -> object:
    return event


def _generator(event: object, _: Exchange) -> object:
    yield event


async def _coroutine(event: object, _: Exchange) -> object:
    await asyncio.sleep(0)
    return event


def _failing(event: object, _: Exchange) -> object:
    raise ValueError(event)


def _wsgi(environ: dict, start_response) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def rehearse_everything(rounds: int) -> None:
    """Plays every kind of handler, `rounds` times each, what loads them less often.

    For the zygote, before it forks.
    """
    _rehearse_first(*_PLAIN)
    for _ in range(rounds // 2):
        _rehearse_first(*_AWS)
    for function in (_echo, _generator, _coroutine, _failing):
        _rehearse(lambda loop, function=function: Function(function, loop).answer, rounds)
    _rehearse(lambda _: Wsgi(_wsgi).answer, rounds)


def rehearse_once() -> None:
    """Plays a first request, loading included, and leaves no trace of it.

    For a new sandbox that nobody waits for: it takes the faults of memory pages (1 to 3 ms) out of
    the first request.
    """
    _rehearse_first(*_AWS)


def _rehearse_first(specialisation: bytes, module: str) -> None:
    environment = dict(os.environ)
    worker, connected = socket.socketpair()
    with worker, connected:
        server = Server(Link(connected))
        worker.sendall(
            HEADER.pack(len(specialisation), SPECIALISE, 0, 0, 0)
            + specialisation
            + HEADER.pack(len(_PAYLOAD), REQUEST, 1, 0, 1)
            + _PAYLOAD
        )
        server.step()
        server.step()
        worker.recv(FRAME_MAX)
    sys.path.remove(_BUNDLE)
    del sys.modules[module]
    logging.getLogger().handlers.clear()
    _restore(environment)


def _restore(environment: dict[str, str]) -> None:
    for name in set(os.environ) - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    time.tzset()


def _rehearse(handler, rounds: int) -> None:
    worker, connected = socket.socketpair()
    with worker, connected:
        server = Server(Link(connected))
        server.play(handler)
        for stream in range(1, rounds + 1):
            worker.sendall(HEADER.pack(len(_PAYLOAD), REQUEST, 1, 0, stream) + _PAYLOAD)
            server.step()
            worker.recv(FRAME_MAX)
        server.close()
