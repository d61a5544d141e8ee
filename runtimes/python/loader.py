"""Finds what to call in a bundle, and how (OpenLambda's contract, and AWS's)."""

import importlib
import importlib.util
import inspect
import os
import sys
import time

from asgi import AsgiHandler
from aws import Context
from bytecode import CompileHandler
from event import EventHandler
from wsgi import WsgiHandler


class EntryError(Exception):
    """The bundle has nothing to call where the configuration says."""


def load(special, loop):
    """The handler of a bundle: an object with serve(exchange).

    `loop` makes or gives the sandbox's event loop."""
    prepare(special)
    kind = special["entry"]["kind"]
    if kind == "compile":
        return CompileHandler(special["bundle"])
    if kind == "handler":
        return aws_handler(special, loop)
    return openlambda_handler(special, loop)


def prepare(special):
    """Makes the process look as if it had been started in the bundle."""
    os.environ.update(special["environment"])
    if "TZ" in special["environment"]:
        time.tzset()
    bundle = special["bundle"]
    os.chdir(bundle)
    sys.path.insert(0, bundle)
    sys.argv = [os.path.join(bundle, "f.py")]
    importlib.invalidate_caches()


def openlambda_handler(special, loop):
    environment = os.environ
    name = environment.get("OL_ENTRY_FILE") or "f.py"
    module = load_file(os.path.join(special["bundle"], name))
    wsgi, asgi = environment.get("OL_WSGI_ENTRY"), environment.get("OL_ASGI_ENTRY")
    if wsgi:
        return WsgiHandler(named(module, wsgi, "OL_WSGI_ENTRY"))
    if asgi:
        return AsgiHandler(named(module, asgi, "OL_ASGI_ENTRY"), loop)
    function = getattr(module, "f", None)
    if callable(function):
        return EventHandler(lambda event, _: function(event), loop)
    app = getattr(module, "app", None)
    if callable(app):
        return AsgiHandler(app, loop) if is_asgi(app) else WsgiHandler(app)
    raise EntryError(f"{name} defines neither a function f(event) nor a WSGI or ASGI app")


def aws_handler(special, loop):
    text = special["entry"]["handler"]
    path, _, function_name = text.rpartition(".")
    if not path:
        raise EntryError(f"the handler {text!r} is not of the form module.function")
    module = importlib.import_module(path.replace("/", "."))
    function = named(module, function_name, f"the handler {text!r}")

    def call(event, exchange):
        return function(event, Context(special, exchange.head, time.monotonic()))

    return EventHandler(call, loop)


def named(module, name, who):
    value = getattr(module, name, None)
    if not callable(value):
        raise EntryError(f"{who} names {name!r}, which {module.__name__} does not define")
    return value


def load_file(path):
    """Imports a file as a module under its own name, so that its classes can be pickled."""
    name = os.path.splitext(os.path.basename(path))[0]
    if not os.path.isfile(path):
        raise EntryError(f"there is no {os.path.basename(path)} in the function's folder")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise EntryError(f"{os.path.basename(path)} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def is_asgi(app):
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(
        getattr(app, "__call__", None)
    )
