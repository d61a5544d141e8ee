"""Compiling a bundle."""

import importlib.util
import marshal
import os
import struct

from harness import RuntimeTest


def files(stream):
    """The files of a compiler's answer: path → content."""
    found, at = {}, 0
    while at < len(stream):
        (size,) = struct.unpack_from(">H", stream, at)
        path = stream[at + 2 : at + 2 + size].decode()
        at += 2 + size
        (size,) = struct.unpack_from(">I", stream, at)
        found[path] = stream[at + 4 : at + 4 + size]
        at += 4 + size
    return found


class BytecodeTest(RuntimeTest):
    def test_every_source_that_compiles_is_compiled_and_none_is_run(self):
        runtime = self.runtime_of(
            {
                "f.py": "print('run')\ndef f(event): return 'compiled'",
                "web/pages/a.py": "x = 1",
                "broken.py": "def (",
                "zero.py": b"\0",
                "latin.py": b"x = '\xe9'",
                "data.txt": "x",
            },
            {"kind": "compile"},
        )
        answer = runtime.call()
        compiled = files(answer.body)
        tag = importlib.util.cache_from_source("f.py").removeprefix("__pycache__/f")
        self.assertEqual(set(compiled), {f"__pycache__/f{tag}", f"web/pages/__pycache__/a{tag}"})
        self.assertEqual(runtime.log_so_far(), "")
        code = marshal.loads(compiled[f"__pycache__/f{tag}"][16:])
        self.assertEqual(code.co_filename, f"{runtime.bundle}/f.py")
        self.assertEqual(len(runtime.loaded), 1)

        used = self.runtime_of({"f.py": "def f(event): return 'source'"})
        cache = f"{used.bundle}/__pycache__"
        os.mkdir(cache)
        with open(f"{cache}/f{tag}", "wb") as file:
            file.write(compiled[f"__pycache__/f{tag}"])
        self.assertEqual(used.call().json(), "compiled")

    def test_an_empty_folder_is_an_empty_answer(self):
        self.assertEqual(self.runtime_of({}, {"kind": "compile"}).call().body, b"")
