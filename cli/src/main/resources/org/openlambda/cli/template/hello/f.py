"""An event comes in as JSON; what is returned goes out as JSON."""


def f(event):
    name = event.get("name", "you")
    print(f"greeting {name}")
    return {"hello": name}
