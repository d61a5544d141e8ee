"""The life of a sandbox: one request after the other until the link ends."""

import json
import os
import platform
import signal
import sys
import time

from . import logs
from .eventloop import EventLoop
from .exchange import Exchange
from .failures import CallerGone, trace
from .frames import LOADED, READY, REQUEST, SPECIALISE, STREAMLESS, U64
from .link import Link, breach
from .loader import Specialisation, load


class Server:
    """Serves the requests of one link, each to its end before the next."""

    def __init__(self, link: Link):
        self._link = link
        self._loop = EventLoop(link)
        self._specialisation: Specialisation | None = None
        self._answer = None

    def serve(self) -> None:
        """Never returns: the end of the link ends the process."""
        self.greet()
        while True:
            self.step()

    def greet(self) -> None:
        """Says READY (R3)."""
        runtime = f"python{platform.python_version()}"
        ready = {"protocol": 1, "runtime": runtime, "streams": 1}
        self._link.send(READY, STREAMLESS, json.dumps(ready).encode())

    def step(self) -> None:
        """Takes the next frame and does what it asks for."""
        kind, end, stream, payload = self._link.receive()
        if kind == REQUEST:
            if self._specialisation is None:
                breach("a REQUEST before SPECIALISE")
            self._serve(Exchange(self._link, stream, payload, end))
        elif kind == SPECIALISE:
            if self._specialisation is not None:
                breach("a second SPECIALISE")
            self._specialisation = Specialisation(**json.loads(payload))

    def _serve(self, exchange: Exchange) -> None:
        phase = "load"
        try:
            if self._answer is None:
                self._load(exchange)
            phase = "call"
            self._answer(exchange)
        except CallerGone:
            exchange.abandon()
        except SystemExit as wanted:
            _exit(wanted)
        except BaseException as failure:
            if exchange.ended:
                print(trace(failure), file=sys.stderr, end="")
            else:
                exchange.fail(failure, phase)

    def _load(self, exchange: Exchange) -> None:
        start = time.monotonic_ns()
        self._answer = load(self._specialisation, exchange, self._loop)
        self._link.send(LOADED, STREAMLESS, U64.pack(time.monotonic_ns() - start))


def heed_signals() -> None:
    """SIGTERM and SIGINT end the process; as pid 1 of a sandbox it would otherwise ignore them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: os._exit(128 + received))


def _exit(wanted: SystemExit) -> None:
    status = wanted.code
    if status is not None and not isinstance(status, int):
        print(status, file=sys.stderr)
    logs.flush()
    os._exit(0 if status is None else status & 0xFF if isinstance(status, int) else 1)
