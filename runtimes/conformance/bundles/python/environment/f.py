import os

seen = dict(os.environ)


def f(event):
    return seen
