"""The runtime: one request after another, until the worker lets go."""

import json
import os
import struct
import sys
import time
import types

from exchange import Exchange
from event import InvalidEvent
from frames import LOADED, READY, REQUEST, SPECIALISE, Link
from loader import load
from loop import Loop
from tracebacks import describe

NAME = "python%d.%d.%d" % sys.version_info[:3]
HELLO = json.dumps({"protocol": 1, "runtime": NAME, "streams": 1}).encode()
U64 = struct.Struct(">Q")


class Runtime:
    def __init__(self, link):
        self.link = link
        self.special = None
        self.handler = None
        self.event_loop = None

    def serve(self):
        """Never returns."""
        while True:
            self.step(self.link.next())

    def step(self, frame):
        """What one frame asks for; a REQUEST with all that belongs to it."""
        kind, end, stream, payload = frame
        if kind == REQUEST:
            self.handle(Exchange(self.link, stream, payload, end))
        elif kind == SPECIALISE:
            self.special = json.loads(payload)
        # anything else belongs to a stream that has ended (R5)

    def handle(self, exchange):
        phase = "call"
        try:
            if self.handler is None:
                phase = "load"
                started = time.perf_counter_ns()
                self.handler = load(self.special, self.loop)
                took = time.perf_counter_ns() - started
                phase = "call"
                self.link.send(LOADED, 0, U64.pack(took))
            if self.special.get("load_only"):
                exchange.answer_json(b"null")
            else:
                self.handler.serve(exchange)
        except SystemExit as ending:
            leave(ending)
        except InvalidEvent as error:
            exchange.fail("InvalidEvent", str(error), f"InvalidEvent: {error}\n", phase)
        except BaseException as error:
            kind, message, trace = describe(error)
            flush()
            exchange.fail(kind, message, trace, phase)

    def loop(self):
        if self.event_loop is None:
            self.event_loop = Loop(self.link)
        return self.event_loop


def flush():
    """What was printed belongs to this request (R1)."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # closed or replaced by the handler


def leave(ending):
    """sys.exit() in a handler ends the sandbox, with its status."""
    code = ending.code
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    flush()
    os._exit((code or 0) & 0xFF)


def prepare_process():
    """Output as lines of UTF-8, whatever a handler prints; a __main__ of the handler's own."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    sys.dont_write_bytecode = True
    sys.modules["__main__"] = types.ModuleType("__main__")


def say_ready(link):
    link.send(READY, 0, HELLO)
