"""The handler of the hostile suite: runs the attack that the event names, `{"attack": "module.name"}`.

An attack is a function of the event. It returns what `Attempts.result()` gives, or is judged from
outside altogether. With `"afresh": true` it runs in a program that the handler executes, which the
kernel treats as any other: nothing of the runtime is left in it, and it may be dumped again."""

import importlib
import json
import subprocess
import sys


def f(event):
    if event.pop("afresh", False):
        return afresh(event)
    module, name = event["attack"].split(".")
    return getattr(importlib.import_module(module), name)(event)


def afresh(event):
    program = (
        "import sys, json; sys.path.insert(0, '/handler'); import f; "
        "print(json.dumps(f.f(json.load(sys.stdin))))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        timeout=event["patience"],
    )
    if done.returncode:
        raise RuntimeError(f"the program ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)
