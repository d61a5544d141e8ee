"""Standard output and error: the function's log."""

import sys

_OWN = (sys.stdout, sys.stderr)


def open_log() -> None:
    """Makes printing safe and prompt: any text can be printed, line by line."""
    for stream in _OWN:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def flush() -> None:
    """Hands over all that was printed, also if the handler put streams of its own in place (R1)."""
    out, err = sys.stdout, sys.stderr
    _flush(out)
    _flush(err)
    if out is not _OWN[0] or err is not _OWN[1]:
        _flush(_OWN[0])
        _flush(_OWN[1])


def _flush(stream) -> None:
    try:
        stream.flush()
    except (OSError, ValueError, AttributeError):
        pass  # closed, full or no stream at all: the answer does not depend on it
