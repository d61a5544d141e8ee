"""The zygote, with a library in place of libol_python.so that makes the zygote itself the child."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness

NO_FORK = (
    "int ol_zygote(int control, const char *filter) { return filter[0] == '/' ? control : -1; }"
)
COMPILER = shutil.which("gcc") or shutil.which("cc")


@unittest.skipUnless(COMPILER, "needs a C compiler")
class ZygoteTest(harness.RuntimeTest):
    def test_a_child_serves_its_link_with_a_warm_library(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        library = f"{folder.name}/libol_python.so"
        subprocess.run(
            [COMPILER, "-shared", "-fPIC", "-x", "c", "-", "-o", library],
            input=NO_FORK.encode(),
            check=True,
        )
        program = Path(harness.MAIN).parent / "zygote.py"
        runtime = harness.Runtime(
            {
                "f.py": "import sys\nseen = list(sys.modules)\nimport __main__\n"
                "def f(event): return [seen, sys.path, dir(__main__), sys.argv]"
            },
            program=lambda link: [program, str(link), library, "/strict.bpf"],
        )
        self.addCleanup(runtime.close)
        modules, path, main, arguments = runtime.call().json()
        self.assertLessEqual({"asyncio", "ssl", "sqlite3", "json", "f"}, set(modules))
        self.assertEqual(path[0], runtime.bundle)
        self.assertFalse([entry for entry in path if "runtimes" in entry])
        self.assertNotIn("main", main)
        self.assertEqual(arguments, [""])
