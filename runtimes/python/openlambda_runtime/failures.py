"""What went wrong, in the words of the user's own code: the payload of FAILED."""

import json
import os
import traceback
from itertools import dropwhile

from .frames import PAYLOAD_MAX

_LIBRARY = os.path.dirname(os.__file__)
_ASYNCIO = _LIBRARY + "/asyncio/"
_RUNTIME_OR_IMPORT = (
    os.path.dirname(os.path.abspath(__file__)) + "/",
    _LIBRARY + "/importlib/",
    "<frozen importlib",
)


class Rejected(Exception):
    """A failure that the runtime finds itself. `kind` is what the caller sees as its type."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


class CallerGone(OSError):
    """The worker cancelled the stream: nobody wants the rest of the answer.

    An OSError, because that is what ASGI promises to applications that send to nobody.
    """


def describe(failure: BaseException, phase: str) -> bytes:
    """The JSON of a FAILED frame; a long trace loses its middle.

    :param phase: "load" or "call"
    """
    report = {
        "type": failure.kind if isinstance(failure, Rejected) else type(failure).__name__,
        "message": _message(failure),
        "trace": trace(failure),
        "phase": phase,
    }
    limit = PAYLOAD_MAX
    while len(payload := json.dumps(report).encode()) > PAYLOAD_MAX:
        limit //= 2
        for part in ("message", "trace"):
            report[part] = _shorten(report[part], limit)
    return payload


def trace(failure: BaseException) -> str:
    """The traceback as Python prints it, with causes and notes, without this runtime's frames."""
    if isinstance(failure, Rejected):
        return trace(failure.__cause__) if failure.__cause__ is not None else ""
    shown = traceback.TracebackException.from_exception(failure)
    _only_users_frames(shown, set())
    return "".join(shown.format())


def _message(failure: BaseException) -> str:
    try:
        return str(failure)
    except Exception as second:
        return f"<its message cannot be read: {type(second).__name__}>"


def _only_users_frames(shown: traceback.TracebackException | None, seen: set[int]) -> None:
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    theirs = (frame for frame in shown.stack if not frame.filename.startswith(_RUNTIME_OR_IMPORT))
    kept = list(dropwhile(lambda frame: frame.filename.startswith(_ASYNCIO), theirs))
    shown.stack = traceback.StackSummary.from_list(kept) if kept else None
    _only_users_frames(shown.__cause__, seen)
    _only_users_frames(shown.__context__, seen)
    for member in getattr(shown, "exceptions", None) or ():
        _only_users_frames(member, seen)


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"
