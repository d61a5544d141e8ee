"""Fails in the way the event asks for: "raise", "answer", "exit", "fault" or "memory"."""

import ctypes
import sys


def f(event):
    how = event.get("how", "raise")
    print(f"about to fail: {how}")
    match how:
        case "raise":
            return divide(1, 0)
        case "answer":
            return {"a set is not": {"JSON"}}
        case "exit":
            sys.exit(3)
        case "fault":
            return ctypes.string_at(0)  # reads address 0, as a broken native library would
        case "memory":
            return len(bytearray(b"x") * (1 << 30))
    return {"survived": how}


def divide(a, b):
    return a / b
