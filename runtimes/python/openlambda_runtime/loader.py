"""Finds and imports what answers requests: the entry of a function's folder."""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from inspect import iscoroutinefunction
from types import ModuleType
from typing import NamedTuple

from . import aws
from .asgi import Asgi
from .eventloop import EventLoop
from .exchange import Exchange
from .failures import Rejected
from .function import Function
from .link import breach
from .modules import import_file, make_room
from .wsgi import Wsgi

class Specialisation(NamedTuple):
    """What a sandbox is for: the SPECIALISE frame."""

    function: str
    version: str
    bundle: str
    entry: dict
    environment: dict[str, str]
    memory_bytes: int
    timeout_ms: int
    load_only: bool = False

    @classmethod
    def read(cls, payload: bytes) -> "Specialisation":
        """From the frame's JSON; members that a newer worker adds are left out."""
        try:
            document = json.loads(payload)
            return cls(**{name: document[name] for name in cls._fields if name in document})
        except (ValueError, TypeError, RecursionError) as reason:
            breach(f"SPECIALISE cannot be read ({type(reason).__name__})")


Answering = Callable[[Exchange], None]


def load(what: Specialisation, exchange: Exchange, loop: EventLoop) -> Answering:
    """Lays the environment over the runtime's own and imports the handler (R10, R11).

    :param exchange: the first request
    :return: what answers requests
    :raises Rejected: if the folder has no entry
    """
    if what.entry["kind"] == "compile":
        # Imported here, because no sandbox that runs a function needs it.
        from .bytecode import compile_bundle

        return lambda request: compile_bundle(what.bundle, request)
    if what.environment:
        os.environ.update(what.environment)
        time.tzset()
    os.chdir(what.bundle)  # open("data.json") means the function's own
    names = os.listdir(what.bundle)
    make_room(names)
    # The interpreter was started without PYTHONPATH, so that one of the host's could not matter.
    own = what.environment.get("PYTHONPATH", "").split(":")
    sys.path[:0] = [what.bundle, *filter(None, own)]
    if what.entry["kind"] == "handler":
        return aws.load(what, names, loop)
    return _load_openlambda(what.bundle, exchange, loop)


def _load_openlambda(bundle: str, exchange: Exchange, loop: EventLoop) -> Answering:
    module = _import_entry_file(bundle)
    if name := os.environ.get("OL_WSGI_ENTRY"):
        return Wsgi(_named(module, name, "OL_WSGI_ENTRY")).answer
    if name := os.environ.get("OL_ASGI_ENTRY"):
        return Asgi(_named(module, name, "OL_ASGI_ENTRY"), loop).start(exchange).answer
    function = getattr(module, "f", None)
    if callable(function):
        return Function(lambda event, _: function(event), loop).answer
    app = getattr(module, "app", None)
    if not callable(app):
        raise Rejected(
            "MissingEntry",
            f"{os.path.relpath(module.__file__, bundle)} has neither a function f nor an app; write"
            " `def f(event): ...`, or name a WSGI or ASGI application `app`",
        )
    if iscoroutinefunction(app) or iscoroutinefunction(type(app).__call__):
        return Asgi(app, loop).start(exchange).answer
    return Wsgi(app).answer


def _import_entry_file(bundle: str) -> ModuleType:
    path = os.environ.get("OL_ENTRY_FILE") or "f.py"
    parts = os.path.normpath(path).removesuffix(".py").split("/")
    if not path.endswith(".py") or ".." in parts or any("." in part for part in parts):
        raise Rejected(
            "MissingEntry",
            f"OL_ENTRY_FILE is {path}, which cannot be imported; it is a path below the function's"
            " folder that ends in .py and has no other dot, like web/app.py",
        )
    if len(parts) == 1:
        try:
            return import_file(bundle, parts[0])
        except ModuleNotFoundError as reason:
            if reason.name != parts[0]:
                raise
            raise _missing(bundle, path) from None
    if not os.path.isfile(os.path.join(bundle, path)):
        raise _missing(bundle, path)
    return importlib.import_module(".".join(parts))


def _missing(bundle: str, path: str) -> Rejected:
    there = ", ".join(sorted(os.listdir(bundle))[:20]) or "nothing"
    return Rejected(
        "MissingEntry",
        f"there is no {path} in the function's folder, which has: {there}; name the entry file"
        " f.py, or say in OL_ENTRY_FILE what it is called",
    )


def _named(module: ModuleType, name: str, variable: str) -> Callable:
    """The application `name`, or `module:name`, either with dots."""
    place, _, path = name.rpartition(":")
    found: object = importlib.import_module(place) if place else module
    for part in path.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise Rejected(
            "MissingEntry",
            f"{variable} is {name}, but {place or module.__name__} has nothing of that name that"
            " can be called",
        )
    return found
