"""Compiles a bundle without running any of it, so that later sandboxes need not.

The answer is one stream of

    u16 n, n bytes of path relative to the bundle, u32 m, m bytes of compiled file

repeated; numbers are big-endian. A compiled file is a .pyc of PEP 552 with an unchecked hash: a
bundle never changes, so nobody has to compare it with its source.
"""

import importlib.util
import marshal
import os
import stat
import struct
import warnings
from collections.abc import Iterator

from .exchange import Exchange
from .frames import U16, U32

_UNCHECKED_HASH = struct.pack("<I", 0b01)
_PATH_MAX = 65_535


def compile_bundle(bundle: str, exchange: Exchange) -> None:
    """Answers with every source file below `bundle` that compiles (R12)."""
    warnings.simplefilter("ignore")  # they are the function's to see, when it runs
    exchange.whole_body()
    exchange.begin(200, [["content-type", "application/octet-stream"]])
    for source in _sources(bundle):
        path = importlib.util.cache_from_source(os.path.relpath(source, bundle)).encode()
        if len(path) <= _PATH_MAX and (compiled := _compile(source)) is not None:
            exchange.notice()
            exchange.send(U16.pack(len(path)) + path + U32.pack(len(compiled)) + compiled)
    exchange.send(b"", end=True)


def _sources(bundle: str) -> Iterator[str]:
    for folder, folders, files in os.walk(bundle):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(".py") and _is_regular(path):
                yield path


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False  # a link to nowhere


def _compile(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            source = file.read()
        code = compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, OSError):
        return None
    identity = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
    return identity + marshal.dumps(code)
