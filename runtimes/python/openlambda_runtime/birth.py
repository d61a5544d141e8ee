"""The first moments of a runtime, when it is nobody's yet."""

import builtins
import socket
import sys
import types
from _sitebuiltins import Quitter, _Helper

from . import logs
from .link import Link
from .serve import Server, heed_signals


def live(connected: socket.socket) -> None:
    """Serves this link. Never returns."""
    sys.path.pop(0)  # the runtime's own folder: what it needs is imported
    logs.open_log()
    heed_signals()
    become_main()
    Server(Link(connected)).serve()


def become_main() -> None:
    """Leaves an empty `__main__`, so that nothing (multiprocessing) starts the runtime's again."""
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv = [""]
    # Python starts without `site`, which would define these.
    builtins.exit = Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _Helper()
