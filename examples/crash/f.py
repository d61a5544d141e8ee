"""Fails in the way the event asks for: "raise", "exit", "signal" or "memory"."""

import os
import signal
import sys


def f(event):
    how = event.get("how", "raise")
    print(f"about to fail: {how}")
    match how:
        case "raise":
            return divide(1, 0)
        case "exit":
            sys.exit(3)
        case "signal":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "memory":
            return len(bytearray(b"x") * (1 << 30))
        case "answer":
            return {"a set is not": {"JSON"}}
    return {"survived": how}


def divide(a, b):
    return a / b
