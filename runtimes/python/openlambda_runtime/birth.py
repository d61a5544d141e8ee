"""The first moments of a sandbox, when it is nobody's yet."""

import builtins
import os
import select
import signal
import socket
import sys
import types
from _sitebuiltins import Quitter, _Helper

from . import logs
from .link import Link
from .rehearsal import rehearse_once
from .serve import Server

# Longer than it takes a worker that has a caller waiting to answer READY, on busy processors too.
PATIENCE_MS = 3


def prepare() -> None:
    """What needs no link, and what forked processes inherit."""
    logs.open_log()
    heed_signals()
    become_main()


def live(connected: socket.socket) -> None:
    """Serves this link. Never returns."""
    # A process that the handler forks must not answer in our name: it finds the link closed.
    os.register_at_fork(after_in_child=connected.close)
    server = Server(Link(connected))
    server.greet()
    if not _wanted(connected):
        rehearse_once()
    server.serve()


def _wanted(connected: socket.socket) -> bool:
    """Whether somebody waited for this sandbox: then a rehearsal would only be in the way."""
    expectant = select.poll()
    expectant.register(connected, select.POLLIN)
    return bool(expectant.poll(PATIENCE_MS))


def heed_signals() -> None:
    """SIGTERM and SIGINT end the process; as pid 1 of a sandbox it would otherwise ignore them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: os._exit(128 + received))


def become_main() -> None:
    """Leaves an empty `__main__`, so that nothing (multiprocessing) starts the runtime's again."""
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv = [""]
    # What `site` would define; the interpreter starts without it.
    builtins.exit = Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _Helper()
