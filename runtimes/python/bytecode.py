"""The compile step: every source below the bundle, none of it run (R12)."""

import importlib.util
import marshal
import os
import struct

U16 = struct.Struct(">H")
U32 = struct.Struct(">I")
UNCHECKED_HASH = b"\x01\0\0\0"  # flags of PEP 552


class CompileHandler:
    def __init__(self, bundle):
        self.bundle = bundle

    def serve(self, exchange):
        exchange.start(200, [("content-type", "application/octet-stream")])
        for path in sources(self.bundle):
            compiled = compile_file(os.path.join(self.bundle, path), path, self.bundle)
            if compiled is not None:
                name = importlib.util.cache_from_source(path).encode()
                head = U16.pack(len(name)) + name + U32.pack(len(compiled))
                exchange.write(head + compiled)
        exchange.finish()


def sources(bundle):
    for folder, folders, files in os.walk(bundle):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        for file in sorted(files):
            path = os.path.join(folder, file)
            if file.endswith(".py") and os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, bundle)


def compile_file(path, relative, bundle):
    """A .pyc that is valid whatever the times of its source (PEP 552, unchecked hash)."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        code = compile(source, os.path.join(bundle, relative), "exec", dont_inherit=True)
        hashed = importlib.util.source_hash(source)
        return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + hashed + marshal.dumps(code)
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return None
