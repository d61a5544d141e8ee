"""The zygote, with a library in place of libol_python.so that makes the zygote itself the child."""

import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import harness

NO_FORK = (
    "int ol_zygote(int control, const char *filter) { return filter[0] == '/' ? control : -1; }"
)
COMPILER = shutil.which("gcc") or shutil.which("cc")


@unittest.skipUnless(COMPILER, "needs a C compiler")
class ZygoteTest(harness.RuntimeTest):
    def child(self, **files):
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
            {f"{module}.py": text for module, text in files.items()},
            program=lambda link: [program, str(link), library, "/strict.bpf"],
        )
        self.addCleanup(runtime.close)
        return runtime

    def test_a_child_serves_its_link_with_a_warm_library(self):
        runtime = self.child(
            f=(
                "import sys\nseen = list(sys.modules)\nimport __main__\n"
                "def f(event): return [seen, sys.path, dir(__main__), sys.argv]"
            )
        )
        modules, path, main, arguments = runtime.call().json()
        self.assertLessEqual({"asyncio", "ssl", "sqlite3", "json", "f"}, set(modules))
        self.assertEqual(path[0], runtime.bundle)
        self.assertFalse([entry for entry in path if "runtimes" in entry])
        self.assertNotIn("main", main)
        self.assertEqual(arguments, [""])

    def test_a_rehearsal_leaves_no_trace(self):
        runtime = self.child(
            f=(
                "import json, logging, os, sys, time\n"
                "def f(event):\n"
                "    return [dict(os.environ), logging.getLogger().handlers, time.tzname,\n"
                "            [name for name in sys.modules if 'rehearsed' in name],\n"
                "            [path for path in sys.path_importer_cache if 'rehearsed' in path],\n"
                "            open('/proc/self/environ').read()]"
            )
        )
        environment, handlers, zone, modules, importers, given = runtime.call().json()
        expected = dict(each.split("=", 1) for each in given.split("\0") if each)
        environment.pop("LC_CTYPE", None)  # CPython sets it where there is no locale
        self.assertEqual(environment, expected)
        self.assertEqual(zone, list(time.tzname))
        self.assertEqual((handlers, modules, importers), ([], [], []))
