"""The life of a sandbox: one request after the other until the link ends."""

import atexit
import json
import os
import platform
import sys
import time
from collections.abc import Callable

from . import logs
from .eventloop import EventLoop
from .exchange import Exchange
from .failures import CallerGone, trace
from .frames import BODY, CANCEL, CREDIT, LOADED, READY, REQUEST, SPECIALISE, STREAMLESS, U64
from .link import Link, breach
from .loader import Specialisation, load

_GREETING = json.dumps(
    {"protocol": 1, "runtime": f"python{platform.python_version()}", "streams": 1}
).encode()


class Server:
    """Serves the requests of one link, each to its end before the next."""

    def __init__(self, link: Link):
        self._link = link
        self._loop = EventLoop(link)
        self._specialisation: Specialisation | None = None
        self._answer = None
        self._newest = STREAMLESS

    def greet(self) -> None:
        """Says READY (R3)."""
        self._link.send(READY, STREAMLESS, _GREETING)

    def serve(self) -> None:
        """Serves. Never returns: the end of the link ends the process."""
        while True:
            self.step()

    def step(self) -> None:
        """Takes the next frame and does what it asks for."""
        kind, end, stream, payload = self._link.receive()
        if kind == REQUEST:
            if stream <= self._newest:
                breach(f"a REQUEST of stream {stream} after one of stream {self._newest}")
            self._newest = stream
            self._serve(Exchange(self._link, stream, payload, end))
        elif kind == SPECIALISE and self._specialisation is None:
            self._specialisation = Specialisation.read(payload)
        elif kind not in (BODY, CREDIT, CANCEL):  # those crossed with the end of their stream (R5)
            breach(f"a frame of type {kind} between requests")

    def play(self, handler) -> None:
        """Takes `handler(loop)` for what was loaded. For rehearsals."""
        self._answer = handler(self._loop)

    def close(self) -> None:
        """Closes what serving opened. For rehearsals."""
        self._loop.close()

    def _serve(self, exchange: Exchange) -> None:
        phase = "load"
        try:
            answer = self._answer or self._load(exchange)
            phase = "call"
            if exchange.cancelled:
                raise CallerGone("the caller went away while the handler was loaded")
            answer(exchange)
        except SystemExit as wanted:
            _exit(wanted)
        except CallerGone:
            exchange.abandon()
        except BaseException as failure:
            if exchange.ended:  # too late for the caller, not for the log
                print(trace(failure), file=sys.stderr, end="")
            elif exchange.cancelled:
                exchange.abandon()
            else:
                exchange.fail(failure, phase)

    def _load(self, exchange: Exchange) -> Callable[[Exchange], None]:
        """Returns what answers this request; later ones are answered by the handler."""
        if self._specialisation is None:
            breach("a REQUEST before SPECIALISE")
        start = time.monotonic_ns()
        self._answer = load(self._specialisation, exchange, self._loop)
        self._link.send(LOADED, STREAMLESS, U64.pack(time.monotonic_ns() - start))
        return _not_at_all if self._specialisation.load_only else self._answer


def _not_at_all(exchange: Exchange) -> None:
    """Answers without calling the handler: its author only wants to know whether it loads."""
    exchange.answer_json(b"null")


def _exit(wanted: SystemExit) -> None:
    """Ends the process as the handler asked, with the status that Python would give it."""
    status = 0 if wanted.code is None else wanted.code
    if not isinstance(status, int):
        print(status, file=sys.stderr)
        status = 1
    atexit._run_exitfuncs()  # as the interpreter would: logging.shutdown, for one
    logs.flush()
    os._exit(status & 0xFF)
