class Deliberate(Exception):
    pass


def f(event):
    yield "begun"
    raise Deliberate("midway")
