class Deliberate(Exception):
    pass


def f(event):
    print(event.get("print", ""), end="")
    raise Deliberate(event["message"])
