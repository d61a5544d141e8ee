def f(event):
    yield {"status": event.get("status", 200), "headers": event.get("headers", [])}
    yield event.get("body", "")
