import sys


def f(event):
    print("last words", end="")
    sys.exit(event["status"])
