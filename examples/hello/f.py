"""The smallest function: an event comes in as JSON, what is returned goes out as JSON."""


def f(event):
    return {"hello": event.get("name", "you")}
