"""Finds and imports what answers requests: the entry of a function's folder."""

import importlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from .eventloop import EventLoop
from .exchange import Exchange
from .failures import Rejected
from .function import Function

# What a bare interpreter has: nobody can put a module of the same name in front of these.
_ALWAYS = frozenset(sys.builtin_module_names) | {"os", "io", "abc", "codecs", "encodings", "site"}


@dataclass(frozen=True)
class Specialisation:
    """What a sandbox is for: the SPECIALISE frame."""

    function: str
    version: str
    bundle: str
    entry: dict
    environment: dict[str, str]
    memory_bytes: int
    timeout_ms: int


def load(what: Specialisation, exchange: Exchange, loop: EventLoop) -> Callable[[Exchange], None]:
    """Lays the environment over the runtime's own and imports the handler.

    :param exchange: the first request
    :return: what answers requests
    """
    os.environ.update(what.environment)
    time.tzset()
    make_room(what.bundle)
    sys.path.insert(0, what.bundle)
    module = _import_entry_file(what.bundle)
    function = getattr(module, "f", None)
    if callable(function):
        return Function(lambda event, _: function(event), loop).answer
    raise Rejected("MissingEntry", f"{module.__file__} has no f")


def make_room(bundle: str) -> None:
    """Forgets modules of the standard library that the folder has modules of the same name for.

    The zygote imported them before it knew the function; without this, `import secrets` would never find
    the function's own secrets.py.
    """
    with os.scandir(bundle) as entries:
        own = {entry.name.partition(".")[0] for entry in entries} - _ALWAYS
    for name in [name for name in sys.modules if name.partition(".")[0] in own]:
        del sys.modules[name]


def _import_entry_file(bundle: str):
    path = os.environ.get("OL_ENTRY_FILE", "f.py")
    if not os.path.isfile(os.path.join(bundle, path)):
        raise Rejected("MissingEntry", f"there is no {path}")
    return importlib.import_module(path.removesuffix(".py").replace("/", "."))
