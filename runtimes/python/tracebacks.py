"""What an exception says to the author of the handler: their own frames, nothing of the runtime."""

import os
import traceback

RUNTIME = os.path.dirname(os.path.abspath(__file__)) + os.sep
HIDDEN = (RUNTIME, "<frozen importlib")


def describe(error):
    """(type, message, traceback) of an exception."""
    try:
        report = traceback.TracebackException.from_exception(error, compact=True)
        hide(report, set())
        text = "".join(report.format())
        message = str(error)
    except Exception as trouble:  # an exception whose own text cannot be had
        text = f"{type(error).__name__}: (its text cannot be had: {type(trouble).__name__})\n"
        message = ""
    return type(error).__qualname__, message, text


def hide(report, done):
    """Removes the runtime's frames from a report and from those it was raised from."""
    if report is None or id(report) in done:
        return
    done.add(id(report))
    report.stack[:] = [f for f in report.stack if not f.filename.startswith(HIDDEN)]
    hide(report.__cause__, done)
    hide(report.__context__, done)
    for inner in getattr(report, "exceptions", None) or ():
        hide(inner, done)
