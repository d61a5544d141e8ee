import sys


def f(event):
    sys.stdout.write(event.get("out", ""))
    sys.stderr.write(event.get("err", ""))
