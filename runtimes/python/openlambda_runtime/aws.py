"""Handlers in the shape of AWS Lambda: `module.function`, called with an event and a context."""

import importlib
import json
import logging
import os
import sys
import time

from .eventloop import EventLoop
from .exchange import Exchange
from .failures import Rejected
from .function import Function
from .modules import import_file, is_file_alone


class Context:
    """The second argument of a handler, with the names that AWS gives them."""

    identity = None

    def __init__(self, what, head: dict):
        told = {name.lower(): value for name, value in head["headers"]}
        self.function_name = what.function
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", what.version)
        self.memory_limit_in_mb = str(what.memory_bytes >> 20)
        self.invoked_function_arn = told.get(
            "lambda-runtime-invoked-function-arn",
            f"arn:aws:lambda:local:000000000000:function:{what.function}",
        )
        self.aws_request_id = head["id"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = _client_context(told.get("lambda-runtime-client-context"))
        self._deadline = time.monotonic() + head["deadline_ms"] / 1000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the worker ends this call; 0 if that is overdue."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Writes to the log, as `print` does."""
        sys.stdout.write(f"{message}\n")


class ClientContext:
    """What a caller says of itself: `client`, `custom` and `env`."""

    def __init__(self, said: dict):
        self.client = _Members(said.get("client"))
        self.custom = said.get("custom")
        self.env = said.get("env")


class _Members:
    """A JSON object whose members are attributes."""

    def __init__(self, said: dict | None):
        self.__dict__.update(said or {})


def _client_context(encoded: str | None) -> ClientContext | None:
    if encoded is None:
        return None
    import base64  # few callers say anything of themselves

    try:
        return ClientContext(json.loads(base64.b64decode(encoded)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Rejected(
            "InvalidClientContext", "X-Amz-Client-Context is no JSON object in base64"
        ) from None


class _RequestIds(logging.Filter):
    """Puts the id of the current request on every record."""

    def __init__(self):
        super().__init__()
        self.current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.current
        return True


def load(what, names: list[str], loop: EventLoop):
    """Imports the handler that `what.entry` names.

    :param names: what is in the function's folder
    :raises Rejected: with the type that AWS gives, if there is none
    """
    name = what.entry["handler"]
    module_name, _, function_name = name.rpartition(".")
    if not module_name or not function_name:
        raise Rejected(
            "Runtime.MalformedHandlerName",
            f"the handler {name!r} is no module.function, like app.handler",
        )
    os.environ.setdefault("AWS_LAMBDA_LOG_GROUP_NAME", f"/aws/lambda/{what.function}")
    os.environ.setdefault("AWS_LAMBDA_LOG_STREAM_NAME", _log_stream(what))
    ids = _log_as_aws()
    try:
        if is_file_alone(module_name, names):
            module = import_file(what.bundle, module_name)
        else:
            module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as reason:
        raise Rejected(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {reason}"
        ) from reason
    function = getattr(module, function_name, None)
    if not callable(function):
        raise Rejected(
            "Runtime.HandlerNotFound",
            f"Handler '{function_name}' missing on module '{module_name}'",
        )

    def call(event: object, exchange: Exchange) -> object:
        context = Context(what, exchange.head())
        ids.current = context.aws_request_id
        return function(event, context)

    return Function(call, loop).answer


def _log_stream(what) -> str:
    """A name of this sandbox's own, where nobody gave it one: `2026/01/31/[7]0123456789abcdef0123456789abcdef`."""
    version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", what.version)
    return time.strftime("%Y/%m/%d/", time.gmtime()) + f"[{version}]{os.urandom(16).hex()}"


def _log_as_aws() -> _RequestIds:
    """Sends what is logged to the function's log, a line with level, time and request each."""
    ids = _RequestIds()
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(ids)
    layout = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
        "%Y-%m-%dT%H:%M:%S",
    )
    layout.converter = time.gmtime
    handler.setFormatter(layout)
    logging.getLogger().addHandler(handler)
    return ids
