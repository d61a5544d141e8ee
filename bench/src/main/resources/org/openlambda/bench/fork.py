"""How fast a warm Python can be forked and reaped at all, without any isolation.

argv: the platform's zygote.py, whose list of imports is imported here too. Reads a number of seconds from each line of
standard input, forks children that end at once for so long, one after another, and writes how many nanoseconds each took."""
import ast
import contextlib
import gc
import importlib
import os
import sys
import time

tree = ast.parse(open(sys.argv[1]).read())
warm = next(n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "WARM")
for name in warm.func.value.value.split():
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
gc.collect()
gc.freeze()
print("ready", flush=True)
for line in sys.stdin:
    took = []
    now = time.perf_counter_ns()
    end = now + int(float(line) * 1e9)
    while now < end:
        if not (child := os.fork()):
            os._exit(0)
        os.waitpid(child, 0)
        before, now = now, time.perf_counter_ns()
        took.append(now - before)
    print(*took, flush=True)
